// Reads a chosen or dropped file here and hands its text over; a file that is too large, or no text, is refused in words.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector('.filetext'), input = root.querySelector('input'), said = root.querySelector('[role=status]');
  root.querySelector('label span').textContent = data.label;
  input.accept = data.accept;
  const take = async file => {
    if (!file) return;
    if (file.size > data.most) { said.textContent = `${file.name} is larger than ${data.most.toLocaleString('en')} bytes`; return; }
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
      said.textContent = file.name;
      setTriggerValue('text', { text, at: performance.now() });
    } catch { said.textContent = `${file.name} is no UTF-8 text`; }
  };
  input.onchange = () => { take(input.files[0]); input.value = ''; };
  root.ondragover = event => event.preventDefault();
  root.ondrop = event => { event.preventDefault(); take(event.dataTransfer.files[0]); };
}
