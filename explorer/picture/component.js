// Draws one picture of cards and lines. vis-network (loaded by its own component) places, hits and pans; cards are drawn here.
// Names arrive as data and leave as canvas text or textContent, never as markup.
const live = new WeakMap();
const H = 64, NARROW = 620, TURNED = 900;
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

  // A text on at most so many lines; what does not fit ends in dots.
  const folded = (ctx, text, width, most) => {
    const lines = [];
    let rest = text.trim();
    while (rest && lines.length < most) {
      if (ctx.measureText(rest).width <= width || lines.length === most - 1) { lines.push(cut(ctx, rest, width)); break; }
      let n = rest.length;
      while (n > 1 && ctx.measureText(rest.slice(0, n)).width > width) n -= 1;
      const space = rest.lastIndexOf(' ', n);
      if (space > n / 3) n = space;
      lines.push(rest.slice(0, n).trim());
      rest = rest.slice(n).trim();
    }
    return lines;
  };

  const card = (node, s) => ({ ctx, x, y, state: { hover } }) => {
    const W = s.down ? data.width : node.wide;
    return {
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
        ctx.beginPath(); ctx.roundRect(left + 8, y - 16, 32, 32, 8);
        ctx.globalAlpha = (back ? 0.28 : 1) * (node.dim ? 0.4 : 1);
        ctx.fillStyle = colour(node.colour); ctx.fill();
        ctx.globalAlpha = back ? 0.28 : 1;
        ctx.fillStyle = colour('surface');
        ctx.font = '20px "Material Symbols Rounded"'; ctx.textAlign = 'center'; ctx.textBaseline = 'middle';
        ctx.fillText(node.icon, left + 24, y + 1);
        ctx.textAlign = 'left'; ctx.textBaseline = 'middle';
        ctx.font = '600 14px ' + FONT;
        const names = folded(ctx, node.name, W - 56, 2);
        ctx.font = '12.5px ' + FONT;
        const subs = folded(ctx, node.sub, W - 56, 3 - names.length);
        const first = y - (names.length + subs.length - 1) * 8.5;
        ctx.fillStyle = colour(node.dim ? 'faint' : 'ink'); ctx.font = '600 14px ' + FONT;
        names.forEach((text, n) => ctx.fillText(text, left + 48, first + n * 17));
        ctx.fillStyle = colour(node.dim ? 'faint' : 'muted'); ctx.font = '12.5px ' + FONT;
        subs.forEach((text, n) => ctx.fillText(text, left + 48, first + (names.length + n) * 17));
        ctx.restore();
      },
    };
  };

  const corners = (e, s) => {
    const flat = s.down ? e.low : e.points, found = [];
    for (let n = 0; n < flat.length; n += 2) found.push([flat[n], flat[n + 1]]);
    return found;
  };

  const drawLine = (ctx, e, s) => {
    const look = data.strengths[e.strength], chosen = s.selected === e.id;
    const points = corners(e, s), [x3, y3] = points[points.length - 1], [x2, y2] = points[points.length - 2];
    const dx = Math.sign(x3 - x2), dy = dx ? 0 : Math.sign(y3 - y2);
    ctx.save();
    ctx.globalAlpha = s.keep && !s.keep.has(e.id) ? 0.2 : 1;
    ctx.strokeStyle = ctx.fillStyle = colour(chosen ? 'brand' : look.colour);
    ctx.lineWidth = chosen ? Math.max(3.6, look.width) : look.width;
    if (look.dashed) ctx.setLineDash([5, 4]);
    ctx.beginPath(); ctx.moveTo(...points[0]);
    for (let n = 1; n < points.length - 1; n += 1) ctx.arcTo(...points[n], ...points[n + 1], 8);
    ctx.lineTo(x3 - 7 * dx, y3 - 7 * dy); ctx.stroke();
    ctx.setLineDash([]);
    const size = 5 + Math.min(2, look.width / 2);
    ctx.beginPath(); ctx.moveTo(x3, y3);
    ctx.lineTo(x3 - 2 * size * dx - size * dy, y3 - 2 * size * dy - size * dx);
    ctx.lineTo(x3 - 2 * size * dx + size * dy, y3 - 2 * size * dy + size * dx);
    ctx.fill();
    if (e.label && (s.down ? e.low_room : e.room) > 24) {
      const [x, y] = s.down ? e.low_at : e.at, room = s.down ? e.low_room : e.room;
      ctx.font = '12.5px ' + FONT; ctx.textAlign = 'left'; ctx.textBaseline = s.down ? 'middle' : 'alphabetic';
      ctx.lineWidth = 4; ctx.lineJoin = 'round'; ctx.strokeStyle = colour('surface'); ctx.fillStyle = colour('ink');
      const lines = e.label.split('\n').flatMap(line => folded(ctx, line, room, 2)).slice(0, 3);
      lines.forEach((text, n) => {
        const at = s.down ? y + (n - (lines.length - 1) / 2) * 14 : y - (lines.length - 1 - n) * 14;
        ctx.strokeText(text, x, at); ctx.fillText(text, x, at);
      });
    }
    ctx.restore();
  };

  // The line under a point of the picture, if it is near enough to be meant.
  const lineAt = (s, { x, y }, reach) => {
    let best = null, least = reach;
    for (const e of data.lines) {
      const points = corners(e, s);
      for (let n = 1; n < points.length; n += 1) {
        const [[xa, ya], [xb, yb]] = [points[n - 1], points[n]];
        const nearX = Math.max(Math.min(xa, xb), Math.min(x, Math.max(xa, xb)));
        const nearY = Math.max(Math.min(ya, yb), Math.min(y, Math.max(ya, yb)));
        const d = Math.hypot(nearX - x, nearY - y);
        if (d < least) { least = d; best = e.id; }
      }
      const [lx, ly] = s.down ? e.low_at : e.at, room = s.down ? e.low_room : e.room;
      if (e.label && x > lx && x < lx + room && Math.abs(ly - 5 - y) < 12) { least = 0; best = e.id; }
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
    const s = { signature: data.signature, selected: data.selected, down: false };
    s.keep = keep(s);
    const place = n => (s.down ? { x: n.down[0], y: n.down[1] } : { x: n.x, y: n.y });
    const cards = new vis.DataSet(data.cards.map(n => ({ id: n.id, ...place(n), physics: false, shape: 'custom', ctxRenderer: card(n, s) })));
    s.net = new vis.Network(box, { nodes: cards, edges: new vis.DataSet([]) }, data.options);
    box.__net = s.net;
    box.querySelector('.vis-network')?.setAttribute('tabindex', '-1');
    live.set(box, s);

    const extent = down => {
      const at = data.cards.map(n => (down ? [...n.down, data.width] : [n.x, n.y, n.wide]));
      const xs = data.lines.flatMap(e => (down ? e.low : e.points).filter((_, n) => n % 2 === 0));
      const ys = data.lines.flatMap(e => (down ? e.low : e.points).filter((_, n) => n % 2 === 1));
      return [Math.min(...xs, ...at.map(n => n[0] - n[2] / 2)) - 10, Math.max(...xs, ...at.map(n => n[0] + n[2] / 2)) + 10,
        Math.min(...ys, ...at.map(n => n[1] - H / 2)) - 10, Math.max(...ys, ...at.map(n => n[1] + H / 2)) + 10];
    };
    const scaleOf = ([a, b, c, d], tall) => Math.min(1.08, box.clientWidth / (b - a), tall / (d - c));
    // Downwards where the page is narrow, or where a long path could be read in no other way.
    const turned = () => box.clientWidth < NARROW
      || (scaleOf(extent(false), 1e6) < 0.58 && scaleOf(extent(true), TURNED) > 0.62);
    const tools = parentElement.querySelector('.tools');
    // The whole of it where words can still be read, else its beginning.
    const fit = () => {
      if (!box.clientWidth) return;
      const down = turned();
      if (down !== s.down) { s.down = down; cards.update(data.cards.map(n => ({ id: n.id, ...place(n), ctxRenderer: card(n, s) }))); }
      const [a, b, c, d] = extent(down), narrow = box.clientWidth < NARROW;
      const tall = down ? Math.max(data.tall, TURNED) : data.tall;
      const least = narrow ? 0.72 : 0.58;  // below it words cannot be read: then the picture begins at the person and is dragged
      const scale = Math.max(least, scaleOf([a, b, c, d], tall));
      const height = Math.round(Math.min(tall, Math.max(120, (d - c) * scale + 6)));
      if (Math.abs(box.clientHeight - height) > 1) { box.style.height = height + 'px'; s.net.setSize('100%', height + 'px'); }
      const wide = (b - a) * scale > box.clientWidth + 1, high = (d - c) * scale > height + 1;
      const x = wide ? a + box.clientWidth / scale / 2 : (a + b) / 2;
      const y = high ? c + height / scale / 2 : (c + d) / 2;
      s.net.moveTo({ position: { x, y }, scale, animation: false });
      s.fitted = scale;
      tools.firstElementChild.hidden = !(wide || high);
      drags(wide || high);
    };
    // A finger that cannot move the picture moves the page.
    const drags = does => {
      s.net.setOptions({ interaction: { dragView: does } });
      const canvas = box.querySelector('canvas');
      if (canvas) canvas.style.touchAction = does ? 'none' : 'auto';
    };
    const zoom = (by, at) => {
      const before = s.net.getScale(), scale = Math.max(0.25, Math.min(3, before * by)), middle = s.net.getViewPosition();
      const p = at ?? middle, f = before / scale;
      s.net.moveTo({ position: { x: p.x + (middle.x - p.x) * f, y: p.y + (middle.y - p.y) * f }, scale, animation: false });
      drags(true);
    };
    // The wheel alone scrolls the page; with Ctrl (a pinch on a touch pad says the same) it zooms.
    const wheel = event => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const edge = box.getBoundingClientRect();
      zoom(Math.exp(-Math.max(-60, Math.min(60, event.deltaY)) / 240), s.net.DOMtoCanvas({ x: event.clientX - edge.left, y: event.clientY - edge.top }));
    };
    box.addEventListener('wheel', wheel, { passive: false });
    tools.onclick = event => {
      const by = event.target.closest('button')?.dataset.zoom;
      if (by === 'fit') fit(); else if (by) zoom(Number(by));
    };
    s.net.on('beforeDrawing', ctx => data.lines.forEach(e => drawLine(ctx, e, s)));
    fit();
    s.net.once('afterDrawing', () => setTimeout(() => live.get(box) === s && fit(), 0));
    const sized = new ResizeObserver(() => fit());
    sized.observe(box);
    const hit = p => p.nodes?.[0] ?? lineAt(s, p.pointer.canvas, 9 / s.net.getScale());
    s.net.on('click', p => choose(s, hit(p)));
    s.net.on('doubleClick', p => { if (p.nodes.length) setTriggerValue('open', p.nodes[0]); });
    box.onmousemove = event => {
      const edge = box.getBoundingClientRect(), at = { x: event.clientX - edge.left, y: event.clientY - edge.top };
      const over = s.net.getNodeAt(at) ?? lineAt(s, s.net.DOMtoCanvas(at), 9 / s.net.getScale());
      box.style.cursor = over ? 'pointer' : 'default';
    };

    const order = data.order;
    box.onkeydown = event => {
      const forward = ['ArrowRight', 'ArrowDown'].includes(event.key), backward = ['ArrowLeft', 'ArrowUp'].includes(event.key);
      if (['+', '=', '-', '0'].includes(event.key) && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        if (event.key === '0') fit(); else zoom(event.key === '-' ? 1 / 1.25 : 1.25);
        return;
      }
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
      box.onkeydown = box.onmousemove = tools.onclick = null;
      box.removeEventListener('wheel', wheel);
      live.delete(box);
      s.net.destroy();
    };
  }

  // The words of the page are painted first: a new picture takes about as long as all of them.
  if (live.get(box)?.signature === data.signature) start();
  else requestAnimationFrame(() => setTimeout(start));
  return () => { stopped = true; live.get(box)?.end(); };
}
