// A list of rows: a click or an arrow key selects one, Enter and a double click open it, Esc lets go. Texts arrive as data and are
// shown as text only. It lives in the page itself (no shadow root), so that its links are links of the page.
const live = new WeakMap();
const SELECTOR = '.rowgrid', CARDS = 30;

// The selected row is in the address, and is no step of the history: Back leaves the list, it does not walk through its rows.
function noStepForARow() {
  if (history.pushState.forRows) return;
  const push = history.pushState;
  const without = url => { const to = new URL(url, location.href); to.searchParams.delete('row'); to.searchParams.sort(); return to.href; };
  history.pushState = function (state, title, url) {
    const same = url != null && without(url) === without(location.href);
    (same ? history.replaceState : push).call(history, state, title, url);
  };
  history.pushState.forRows = true;
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(SELECTOR);
  noStepForARow();
  let s = live.get(root);
  if (!s) { s = { signature: null, timer: 0, selected: data.selected, wanted: null, stop: null }; live.set(root, s); }
  s.stop?.();
  s.send = setTriggerValue;
  s.data = data;
  if (s.signature !== data.signature) build(root, s);
  // What was selected here since the page asked is newer than what it tells.
  if (s.wanted === null || s.wanted === data.selected) { s.wanted = null; s.selected = data.selected; }
  mark(root, s);
  const escaped = event => {
    if (event.key !== 'Escape' || event.defaultPrevented || !s.selected) return;
    if (document.querySelector('[role=dialog]') || event.target.closest?.('input,textarea,[role=combobox],[role=listbox]')) return;
    choose(root, s, '');
  };
  const left = () => clearTimeout(s.timer);
  document.addEventListener('keydown', escaped);
  document.addEventListener('seewhy-left', left);
  s.stop = () => { document.removeEventListener('keydown', escaped); document.removeEventListener('seewhy-left', left); };
  return () => { s.stop?.(); clearTimeout(s.timer); };
}

const made = (tag, cls, text) => {
  const one = document.createElement(tag);
  if (cls) one.className = cls;
  if (text != null) one.textContent = text;
  return one;
};

function build(root, s) {
  const { columns, rows, alt, first, total, sort } = s.data;
  const held = root.contains(document.activeElement);
  const sorting = held && document.activeElement.dataset.by;
  // A card has a corner for one value; where there are several, each says which it is.
  root.classList.toggle('several', columns.filter(column => column.kind === 'value').length > 1);
  const table = made('table');
  table.setAttribute('role', 'grid');
  table.setAttribute('aria-label', alt);
  table.setAttribute('aria-rowcount', String(total + 1));
  const head = made('tr');
  head.setAttribute('role', 'row');
  head.setAttribute('aria-rowindex', '1');
  for (const column of columns) {
    const cell = made('th', column.kind + (column.label.length > 18 ? ' worded' : ''));
    cell.scope = 'col';
    cell.setAttribute('role', 'columnheader');
    const down = sort === '-' + column.name, up = sort === column.name;
    cell.setAttribute('aria-sort', up ? 'ascending' : down ? 'descending' : 'none');
    const button = made('button', '', column.label);
    button.type = 'button';
    button.dataset.by = column.name;
    button.title = up ? 'Sort the other way round' : down ? 'Back to the order of the list' : 'Sort the whole list by this';
    const arrow = made('span', 'arrow', up ? '▲' : down ? '▼' : '');
    arrow.setAttribute('aria-hidden', 'true');
    button.append(arrow);
    button.onclick = () => s.send('sorted', { by: up ? '-' + column.name : down ? '' : column.name, at: performance.now() });
    cell.append(button);
    head.append(cell);
  }
  const top = made('thead'), body = made('tbody');
  top.setAttribute('role', 'rowgroup');
  body.setAttribute('role', 'rowgroup');
  top.append(head);
  rows.forEach((row, n) => {
    const line = made('tr');
    line.setAttribute('role', 'row');
    line.setAttribute('aria-rowindex', String(first + n + 2));
    line.dataset.row = row.id;
    if (row.href) line.dataset.href = row.href;
    row.cells.forEach((content, place) => {
      const cell = made('td', columns[place].kind);
      cell.setAttribute('role', place ? 'gridcell' : 'rowheader');
      cell.dataset.label = columns[place].label;
      const said = typeof content === 'string' ? { text: content } : content;
      if (!said.text) cell.classList.add('nothing');
      // An id of common length stays on one line, so that a page of them is not twice as high.
      if (said.text.length <= 20) cell.classList.add('brief');
      let held = cell;
      if (said.href) {
        held = made('a', 'go');
        held.setAttribute('href', said.href);
        held.target = '_self';
        held.tabIndex = -1;
        cell.append(held);
      }
      if (said.tone) held.append(made('span', 'tag ' + said.tone, said.text));
      else held.append(said.text);
      line.append(cell);
    });
    body.append(line);
  });
  table.append(top, body);
  // Cards of a narrow window come some at a time; in a table all rows of the page are there.
  const more = made('button', 'later', '');
  more.type = 'button';
  s.cards = CARDS;
  const some = () => {
    [...body.children].forEach((line, n) => line.classList.toggle('later', n >= s.cards));
    more.hidden = s.cards >= rows.length;
    more.textContent = `Show ${Math.min(CARDS, rows.length - s.cards)} more of ${rows.length}`;
  };
  more.onclick = () => { s.cards += CARDS; some(); };
  some();
  table.onclick = event => { const line = event.target.closest('tbody tr'); if (line && !event.target.closest('a')) { choose(root, s, line.dataset.row); line.focus({ preventScroll: true }); } };
  table.ondblclick = event => { const line = event.target.closest('tbody tr'); if (line && !event.target.closest('a')) open(line); };
  table.onkeydown = event => pressed(event, root, s);
  root.replaceChildren(table, more);
  s.signature = s.data.signature;
  root.scrollTop = 0;
  if (sorting) root.querySelector(`[data-by="${CSS.escape(sorting)}"]`)?.focus();
  else if (held) s.refocus = true;
}

function mark(root, s) {
  const lines = [...root.querySelectorAll('tbody tr')];
  const chosen = lines.find(line => line.dataset.row === s.selected);
  lines.forEach((line, n) => {
    const here = line === chosen;
    line.setAttribute('aria-selected', String(here));
    line.tabIndex = here || (!chosen && n === 0) ? 0 : -1;
    for (const link of line.querySelectorAll('a')) link.tabIndex = here ? 0 : -1;
  });
  if (s.refocus) { s.refocus = false; (chosen || lines[0])?.focus(); }
  // Into the sight of the list alone: the page stays where it is.
  if (chosen && s.shown !== s.selected && root.scrollHeight > root.clientHeight) {
    const head = root.querySelector('thead').offsetHeight, top = chosen.offsetTop, end = top + chosen.offsetHeight;
    if (top - head < root.scrollTop) root.scrollTop = top - head;
    else if (end > root.scrollTop + root.clientHeight) root.scrollTop = end - root.clientHeight;
  }
  s.shown = s.selected;
}

// Shown at once; told after a short pause, so that a held arrow key asks once.
function choose(root, s, id) {
  if (id === s.selected) return;
  s.selected = s.wanted = id;
  mark(root, s);
  clearTimeout(s.timer);
  s.timer = setTimeout(() => s.send('picked', { row: id, at: performance.now() }), 90);
}

function open(line) {
  if (!line.dataset.href) return;
  const here = new URL(location.href);
  here.searchParams.set('row', line.dataset.row);
  history.replaceState(history.state, '', here);
  const link = made('a', 'go');
  link.setAttribute('href', line.dataset.href);
  link.target = '_self';
  link.hidden = true;
  line.closest('.sw').append(link);
  link.click();
  link.remove();
}

function pressed(event, root, s) {
  const line = event.target.closest('tbody tr');
  if (!line || event.ctrlKey || event.metaKey || event.altKey) return;
  const lines = [...root.querySelectorAll('tbody tr')], at = lines.indexOf(line);
  const chosen = lines.findIndex(one => one.getAttribute('aria-selected') === 'true');
  const to = { ArrowDown: chosen < 0 ? at : at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1, PageDown: at + 10, PageUp: at - 10, ' ': at }[event.key];
  if (event.key === 'Enter' && !event.target.closest('a')) { event.preventDefault(); open(line); }
  else if (to !== undefined) {
    event.preventDefault();
    const next = lines[Math.max(0, Math.min(to, lines.length - 1))];
    choose(root, s, next.dataset.row);
    next.focus({ preventScroll: root.scrollHeight > root.clientHeight });
  }
}
