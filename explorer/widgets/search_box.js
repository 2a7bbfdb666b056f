// A combobox: what is typed goes to Python after a short pause, the hits come back as data and are shown as text only.
const live = new WeakMap();

export default function (component) {
  const { data, parentElement, setStateValue, setTriggerValue } = component;
  const root = parentElement.querySelector('.box');
  const input = root.querySelector('input'), list = root.querySelector('ul'), count = root.querySelector('.count');
  const label = root.querySelector('label'), drop = root.querySelector('.drop'), said = root.querySelector('.said');
  let s = live.get(root);
  if (!s) {
    s = { at: -1, timer: 0, sent: null, open: false };
    live.set(root, s);
    input.value = data.shown || '';
    s.shown = data.shown;
    const id = 'sb-' + data.name;
    label.htmlFor = input.id = id;
    list.id = id + '-list';
    input.setAttribute('aria-controls', list.id);
  }
  s.data = data;
  s.send = setStateValue;
  // A hit with an address is a question about two: the page follows it as a link.
  const go = hit => { clearTimeout(s.timer); s.open = false; s.at = -1; s.sent = null; input.value = ''; paint(); document.dispatchEvent(new CustomEvent('seewhy-go', { detail: hit.href })); };
  s.choose = hit => { if (hit.href) { go(hit); return; } s.open = false; s.at = -1; s.sent = null; input.value = data.keep ? hit.title : ''; s.shown = input.value; paint(); setTriggerValue('chosen', hit.kind + ':' + hit.id); };
  label.textContent = data.label;
  input.removeAttribute('aria-label');
  input.placeholder = data.placeholder;
  // The page chose something else (a link, Back): show it unless somebody is typing.
  if (s.shown !== data.shown && !(s.open && parentElement.getRootNode().activeElement === input)) { s.shown = data.shown; input.value = data.shown || ''; }

  function paint() {
    const hits = s.open ? s.data.hits : [];
    if (s.at >= hits.length) s.at = hits.length - 1;
    list.replaceChildren(...hits.map((hit, n) => {
      const item = document.createElement('li');
      item.id = list.id + '-' + n;
      item.setAttribute('role', 'option');
      item.setAttribute('aria-selected', String(n === s.at));
      const icon = document.createElement('span'), title = document.createElement('b'), note = document.createElement('span');
      icon.className = 'icon'; icon.textContent = hit.icon; icon.setAttribute('aria-hidden', 'true');
      title.textContent = hit.title; note.className = 'note'; note.textContent = hit.note;
      item.append(icon, title, note);
      item.onmousedown = event => { event.preventDefault(); s.choose(hit); };
      return item;
    }));
    list.hidden = !hits.length;
    const typed = s.open && input.value.trim() && s.data.text === input.value;
    count.textContent = typed ? s.data.note : '';
    count.hidden = !typed;
    drop.hidden = !hits.length && !typed;
    said.textContent = typed ? s.data.note : '';
    input.setAttribute('aria-expanded', String(hits.length > 0));
    if (s.at >= 0 && hits.length) { input.setAttribute('aria-activedescendant', list.id + '-' + s.at); list.children[s.at].scrollIntoView({ block: 'nearest' }); }
    else input.removeAttribute('aria-activedescendant');
  }
  const ask = () => { clearTimeout(s.timer); if (s.sent === input.value) return; s.sent = input.value; s.send('text', input.value); };

  input.oninput = () => { s.open = true; s.at = -1; s.enter = false; clearTimeout(s.timer); s.timer = setTimeout(ask, 110); };
  input.onfocus = () => { if (s.data.keep) input.select(); };
  input.onblur = () => { s.open = s.enter = false; if (s.data.keep) input.value = s.shown || ''; paint(); };
  input.onkeydown = event => {
    const hits = s.open ? s.data.hits : [];
    if (event.key === 'ArrowDown' && hits.length) { event.preventDefault(); s.at = (s.at + 1) % hits.length; paint(); }
    else if (event.key === 'ArrowUp' && hits.length) { event.preventDefault(); s.at = s.at <= 0 ? hits.length - 1 : s.at - 1; paint(); }
    else if (event.key === 'Enter') {
      event.preventDefault();
      if (hits.length && s.data.text === input.value) s.choose(hits[Math.max(0, s.at)]);
      else { s.enter = true; ask(); }
    } else if (event.key === 'Escape') { s.open = false; if (s.data.keep) input.value = s.shown || ''; paint(); }
  };
  paint();
  // Enter came before the answer: it is for what was typed then.
  if (s.enter && s.open && s.data.text === input.value) { s.enter = false; if (s.data.hits.length) s.choose(s.data.hits[0]); }
  return () => { clearTimeout(s.timer); live.delete(root); };
}
