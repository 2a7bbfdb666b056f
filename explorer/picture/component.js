// Draws one picture of cards and lines. vis-network (loaded by its own component) places, hits and pans; cards are drawn here.
// Names arrive as data and leave as canvas text or textContent, never as markup.
const live = new WeakMap();
const W = 178, H = 54;
const FONT = '"Source Sans", system-ui, sans-serif';

export default function (component) {
  const { data, parentElement, setStateValue, setTriggerValue } = component;
  const box = parentElement.querySelector('.picture');
  const spoken = parentElement.querySelector('.spoken');
  let stopped = false;

  const dark = () => {
    const found = /^#?([0-9a-f]{6})/i.exec(getComputedStyle(box).getPropertyValue('--st-background-color').trim());
    if (!found) return matchMedia('(prefers-color-scheme: dark)').matches;
    const v = parseInt(found[1], 16);
    return ((v >> 16 & 255) * 3 + (v >> 8 & 255) * 6 + (v & 255)) / 10 < 110;
  };
  const colour = name => (data.colours[name] || data.colours.muted)[dark() ? 1 : 0];
  const cut = (ctx, text, width) => {
    if (ctx.measureText(text).width <= width) return text;
    let n = text.length;
    while (n > 1 && ctx.measureText(text.slice(0, n) + '…').width > width) n -= 1;
    return text.slice(0, n) + '…';
  };

  // What no path through the selected thing uses steps back.
  const keep = s => {
    if (!s.selected) return null;
    const ids = new Set([s.selected]);
    for (const path of data.paths) if (path.includes(s.selected)) path.forEach(id => ids.add(id));
    return ids;
  };

  const card = (node, s) => ({ ctx, x, y, state: { hover } }) => ({
    nodeDimensions: { width: W, height: H },
    drawNode() {
      const chosen = s.selected === node.id, back = s.keep && !s.keep.has(node.id);
      const left = x - W / 2, top = y - H / 2;
      ctx.save();
      ctx.globalAlpha = back ? 0.28 : 1;
      ctx.beginPath(); ctx.roundRect(left, top, W, H, 9);
      ctx.fillStyle = colour('surface'); ctx.fill();
      ctx.lineWidth = chosen ? 3 : hover ? 2 : 1.3;
      ctx.strokeStyle = chosen ? colour('brand') : colour(node.dim ? 'faint' : node.colour);
      if (node.dim && !chosen) ctx.setLineDash([5, 4]);
      ctx.stroke(); ctx.setLineDash([]);
      ctx.beginPath(); ctx.roundRect(left + 8, top + 11, 32, 32, 8);
      ctx.globalAlpha = (back ? 0.28 : 1) * (node.dim ? 0.4 : 1);
      ctx.fillStyle = colour(node.colour); ctx.fill();
      ctx.globalAlpha = back ? 0.28 : 1;
      ctx.fillStyle = colour('surface');
      ctx.font = '20px "Material Symbols Rounded"'; ctx.textAlign = 'center'; ctx.textBaseline = 'middle';
      ctx.fillText(node.icon, left + 24, top + 28);
      ctx.textAlign = 'left'; ctx.textBaseline = 'alphabetic';
      ctx.fillStyle = colour(node.dim ? 'faint' : 'ink'); ctx.font = '600 14.5px ' + FONT;
      ctx.fillText(cut(ctx, node.name, W - 56), left + 48, top + 24);
      ctx.fillStyle = colour(node.dim ? 'faint' : 'muted'); ctx.font = '13px ' + FONT;
      ctx.fillText(cut(ctx, node.sub, W - 56), left + 48, top + 41);
      ctx.restore();
    },
  });

  const along = ([x0, y0, x1, y1, x2, y2, x3, y3], t) => {
    const u = 1 - t, a = u * u * u, b = 3 * u * u * t, c = 3 * u * t * t, d = t * t * t;
    return [a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3];
  };

  const drawLine = (ctx, e, s) => {
    const look = data.strengths[e.strength], chosen = s.selected === e.id;
    const [x0, y0, x1, y1, x2, y2, x3, y3] = e.curve;
    const across = Math.abs(x3 - x2) > Math.abs(y3 - y2), ahead = Math.sign(across ? x3 - x2 : y3 - y2) || 1;
    const dx = across ? ahead : 0, dy = across ? 0 : ahead;
    ctx.save();
    ctx.globalAlpha = s.keep && !s.keep.has(e.id) ? 0.2 : 1;
    ctx.strokeStyle = ctx.fillStyle = colour(chosen ? 'brand' : look.colour);
    ctx.lineWidth = chosen ? Math.max(3.6, look.width) : look.width;
    if (look.dashed) ctx.setLineDash([5, 4]);
    ctx.beginPath(); ctx.moveTo(x0, y0); ctx.bezierCurveTo(x1, y1, x2, y2, x3 - 7 * dx, y3 - 7 * dy); ctx.stroke();
    ctx.setLineDash([]);
    const size = 5 + Math.min(2, look.width / 2);
    ctx.beginPath(); ctx.moveTo(x3, y3);
    ctx.lineTo(x3 - 2 * size * dx - size * dy, y3 - 2 * size * dy - size * dx);
    ctx.lineTo(x3 - 2 * size * dx + size * dy, y3 - 2 * size * dy + size * dx);
    ctx.fill();
    if (e.label) {
      const words = e.label.split('\n');
      ctx.font = '12.5px ' + FONT; ctx.textAlign = 'center'; ctx.textBaseline = 'middle';
      ctx.lineWidth = 6; ctx.lineJoin = 'round'; ctx.strokeStyle = colour('surface'); ctx.fillStyle = colour('ink');
      words.forEach((text, n) => {
        const y = e.at[1] + (n - (words.length - 1) / 2) * 15;
        ctx.strokeText(text, e.at[0], y); ctx.fillText(text, e.at[0], y);
      });
    }
    ctx.restore();
  };

  // The line under a point of the picture, if it is near enough to be meant.
  const lineAt = ({ x, y }, reach) => {
    let best = null, least = reach * reach;
    for (const e of data.lines) {
      for (let t = 0; t <= 1; t += 0.04) {
        const [px, py] = along(e.curve, t), d = (px - x) ** 2 + (py - y) ** 2;
        if (d < least) { least = d; best = e.id; }
      }
      const [lx, ly] = e.at;
      if (e.label && Math.abs(lx - x) < 50 && Math.abs(ly - y) < 14) { least = 0; best = e.id; }
    }
    return best;
  };

  const repaint = s => { s.keep = keep(s); s.net.redraw(); };
  const choose = (s, id) => { if (s.selected === id) return; s.selected = id; repaint(s); setStateValue('selected', id); };

  function start() {
    if (stopped) return;
    if (!globalThis.vis?.Network) { setTimeout(start, 30); return; }
    const before = live.get(box);
    if (before && before.signature === data.signature) {
      if (before.selected !== data.selected) { before.selected = data.selected; repaint(before); }
      return;
    }
    before?.end();
    box.style.height = '240px';
    box.setAttribute('aria-label', data.alt);
    const s = { signature: data.signature, selected: data.selected };
    s.keep = keep(s);
    const cards = new vis.DataSet(data.cards.map(n => ({ id: n.id, x: n.x, y: n.y, physics: false, shape: 'custom', ctxRenderer: card(n, s) })));
    s.net = new vis.Network(box, { nodes: cards, edges: new vis.DataSet([]) }, data.options);
    box.__net = s.net;
    box.querySelector('.vis-network')?.setAttribute('tabindex', '-1');
    live.set(box, s);

    const fit = () => {
      const xs = data.cards.map(n => n.x), ys = data.cards.map(n => n.y);
      const [a, b] = [Math.min(...xs) - W / 2 - 10, Math.max(...xs) + W / 2 + 10];
      const [c, d] = [Math.min(...ys) - H / 2 - 8, Math.max(...ys) + H / 2 + 8];
      if (!box.clientWidth) return;
      const tall = data.tall || 620;
      // Below 0.58 words cannot be read: then the picture begins at the person and is dragged.
      const scale = Math.max(0.58, Math.min(1.12, box.clientWidth / (b - a), tall / (d - c)));
      const height = Math.round(Math.min(tall, Math.max(130, (d - c) * scale + 12)));
      if (Math.abs(box.clientHeight - height) > 1) { box.style.height = height + 'px'; s.net.setSize('100%', height + 'px'); }
      const wide = (b - a) * scale > box.clientWidth + 1;
      const x = wide ? a + box.clientWidth / scale / 2 : (a + b) / 2;
      s.net.moveTo({ position: { x, y: (c + d) / 2 }, scale, animation: false });
    };
    s.net.on('beforeDrawing', ctx => data.lines.forEach(e => drawLine(ctx, e, s)));
    fit();
    s.net.once('afterDrawing', () => setTimeout(() => live.get(box) === s && fit(), 0));
    const sized = new ResizeObserver(() => fit());
    sized.observe(box);
    const hit = p => p.nodes?.[0] ?? lineAt(p.pointer.canvas, 9 / s.net.getScale());
    s.net.on('click', p => choose(s, hit(p)));
    s.net.on('doubleClick', p => { if (p.nodes.length) setTriggerValue('open', p.nodes[0]); });
    box.onmousemove = event => {
      const edge = box.getBoundingClientRect(), at = { x: event.clientX - edge.left, y: event.clientY - edge.top };
      const over = s.net.getNodeAt(at) ?? lineAt(s.net.DOMtoCanvas(at), 9 / s.net.getScale());
      box.style.cursor = over ? 'pointer' : 'default';
    };

    const order = data.order;
    box.onkeydown = event => {
      const forward = ['ArrowRight', 'ArrowDown'].includes(event.key), backward = ['ArrowLeft', 'ArrowUp'].includes(event.key);
      if (event.key === 'Enter' && s.selected) { setTriggerValue('open', s.selected); return; }
      if (event.key === 'Escape' && s.selected) { spoken.textContent = 'nothing selected'; choose(s, null); return; }
      if (!forward && !backward) return;
      event.preventDefault();
      const at = order.findIndex(item => item.id === s.selected);
      const next = at < 0 ? (forward ? 0 : order.length - 1) : (at + (forward ? 1 : order.length - 1)) % order.length;
      spoken.textContent = order[next].say + ' (' + (next + 1) + ' of ' + order.length + ')';
      choose(s, order[next].id);
    };

    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const themed = () => setTimeout(() => live.get(box) === s && repaint(s), 300);
    scheme.addEventListener('change', themed);
    const styled = new MutationObserver(themed);
    styled.observe(document.documentElement, { attributes: true, attributeFilter: ['class', 'style', 'data-theme'] });
    const redraw = () => { if (live.get(box) === s) s.net.redraw(); };
    document.fonts?.load('20px "Material Symbols Rounded"', 'person').then(redraw, redraw);
    document.fonts?.ready.then(redraw);
    s.end = () => {
      scheme.removeEventListener('change', themed);
      styled.disconnect();
      sized.disconnect();
      box.onkeydown = box.onmousemove = null;
      live.delete(box);
      s.net.destroy();
    };
  }

  start();
  return () => { stopped = true; live.get(box)?.end(); };
}
