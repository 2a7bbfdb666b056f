// The search of every page. What is typed goes to Python after a short pause; hits come back as data, shown as text only.
// A choice is an address that the page follows by itself (`seewhy-go`); with Ctrl or Cmd it opens in another tab.
const live = new WeakMap();

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const dialog = parentElement.querySelector('dialog'), input = parentElement.querySelector('input');
  const list = parentElement.querySelector('ul'), note = parentElement.querySelector('.note'), head = parentElement.querySelector('.head');
  const opener = parentElement.querySelector('.open'), closer = parentElement.querySelector('.close');
  let s = live.get(dialog);
  if (!s) live.set(dialog, s = { at: -1, timer: 0, sent: data.text, enter: false });
  s.data = data;
  s.send = setStateValue;
  if (/Mac|iPhone|iPad/.test(navigator.platform)) parentElement.querySelector('kbd').textContent = '⌘ K';

  const answered = () => s.data.text.trim() === input.value.trim();
  const hits = () => !input.value.trim() ? s.data.before : answered() ? s.data.hits : s.shown ?? [];
  function paint() {
    const found = s.shown = hits();
    if (s.at >= found.length) s.at = found.length - 1;
    list.replaceChildren(...found.map((hit, n) => {
      const item = document.createElement('li'), row = document.createElement('div');
      item.id = 'hit-' + n;
      item.setAttribute('role', 'option');
      item.setAttribute('aria-selected', String(n === Math.max(0, s.at)));
      for (const [css, text] of [['icon', hit.icon], ['title', hit.title], ['about', hit.note]]) {
        const part = document.createElement('span');
        part.className = css;
        part.textContent = text;
        if (css === 'icon') part.setAttribute('aria-hidden', 'true');
        row.append(part);
      }
      item.onclick = event => { if (event.ctrlKey || event.metaKey) window.open(hit.href, '_blank'); else go(hit); };
      item.append(row);
      return item;
    }));
    const empty = !input.value.trim();
    head.hidden = !empty || !found.length;
    head.textContent = 'Asked before in this window';
    note.textContent = empty ? '' : answered() ? s.data.note : 'looking …';
    input.setAttribute('aria-expanded', String(found.length > 0));
    if (found.length) { input.setAttribute('aria-activedescendant', 'hit-' + Math.max(0, s.at)); list.children[Math.max(0, s.at)].scrollIntoView({ block: 'nearest' }); }
    else input.removeAttribute('aria-activedescendant');
  }
  // A page that is being drawn anew can swallow what was typed: it is said again, with a space more or less.
  const say = text => {
    s.sent = input.value;
    s.send('text', text);
    clearTimeout(s.again);
    s.again = setTimeout(() => { if (dialog.open && !answered()) say(text.endsWith(' ') ? input.value.trim() : input.value.trim() + ' '); }, 2500);
  };
  const ask = () => { clearTimeout(s.timer); if (s.sent !== input.value) say(input.value); };
  const close = () => { if (dialog.open) dialog.close(); };
  function go(hit) {
    clearTimeout(s.timer);
    clearTimeout(s.again);
    close();
    document.dispatchEvent(new CustomEvent('seewhy-go', { detail: hit.href }));
  }
  function open() {
    if (dialog.open || document.querySelector('[role=dialog][aria-modal=true]')) return;
    s.at = -1; s.enter = false; input.value = '';
    dialog.showModal();
    input.focus();
    paint();
  }
  const typing = target => target?.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target?.tagName ?? '');
  const pressed = event => {
    // A typed day counts once its calendar is closed, which Enter does not do by itself.
    const field = event.key === 'Enter' && event.isTrusted && event.target.closest?.('[data-testid="stDateInput"]');
    if (field) event.target.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }));
    const chord = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k';
    const slash = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.composedPath()[0]);
    if (!chord && !slash) return;
    event.preventDefault();
    event.stopPropagation();
    open();
  };
  s.pressed && document.removeEventListener('keydown', s.pressed, true);
  document.addEventListener('keydown', s.pressed = pressed, true);
  opener.onclick = open;
  closer.onclick = close;
  dialog.onclick = event => { if (event.target === dialog) close(); };
  input.oninput = () => { s.at = -1; s.enter = false; paint(); clearTimeout(s.timer); s.timer = setTimeout(ask, 110); };
  input.onkeydown = event => {
    event.stopPropagation();
    const found = s.shown ?? [];
    if (event.key === 'ArrowDown' && found.length) { event.preventDefault(); s.at = (Math.max(0, s.at) + 1) % found.length; paint(); }
    else if (event.key === 'ArrowUp' && found.length) { event.preventDefault(); s.at = s.at <= 0 ? found.length - 1 : s.at - 1; paint(); }
    else if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault();
      if (!input.value.trim() ? s.at >= 0 : answered()) { if (found.length) go(found[Math.max(0, s.at)]); }
      else { s.enter = true; ask(); }
    }
  };
  if (dialog.open) {
    paint();
    // Enter came before the answer: it is for what was typed then.
    if (s.enter && answered()) { s.enter = false; if (s.data.hits.length) go(s.data.hits[0]); }
  }
  return () => { clearTimeout(s.timer); clearTimeout(s.again); document.removeEventListener('keydown', s.pressed, true); live.delete(dialog); };
}
