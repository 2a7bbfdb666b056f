// Gives the picture of the page as a file. The SVG arrives as data; nothing is fetched.
// Base64 of a text in UTF-8, piece by piece: a call takes so many arguments only.
const encoded = text => {
  const bytes = new TextEncoder().encode(text), pieces = [];
  for (let n = 0; n < bytes.length; n += 8192) pieces.push(String.fromCharCode(...bytes.subarray(n, n + 8192)));
  return btoa(pieces.join(''));
};

export default function (component) {
  const { data, parentElement } = component;
  const said = parentElement.querySelector('[role=status]');

  const give = (blob, ending) => {
    const link = document.createElement('a'), address = URL.createObjectURL(blob);
    link.href = address; link.download = data.name + ending;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
    said.textContent = data.name + ending;
  };
  const svg = () => new Blob([data.svg], { type: 'image/svg+xml' });

  // Browsers draw at most some 16,000 points a side.
  const png = async () => {
    const image = new Image();
    image.src = 'data:image/svg+xml;base64,' + encoded(data.svg);
    await image.decode();
    const by = Math.min(2, 16000 / image.naturalWidth, 16000 / image.naturalHeight);
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(image.naturalWidth * by); canvas.height = Math.round(image.naturalHeight * by);
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob(blob => (blob ? give(blob, '.png') : (said.textContent = 'too large for a PNG; the SVG has all of it')), 'image/png');
  };

  parentElement.querySelector('[data-kind=svg]').onclick = () => give(svg(), '.svg');
  parentElement.querySelector('[data-kind=png]').onclick = () =>
    png().catch(() => { said.textContent = 'this browser makes no PNG of it; the SVG has all of it'; });
}
