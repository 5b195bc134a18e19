/* A picture, drawn on a canvas so that it turns and grows as a page of a PDF does. */

export async function openPicture(url) {
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  return { pages: 1, draw: (_number, wanted) => draw(picture, wanted) };
}

function draw(picture, { width, turn }) {
  const lies = turn % 180 !== 0;
  const [across, down] = lies ? [picture.naturalHeight, picture.naturalWidth] : [picture.naturalWidth, picture.naturalHeight];
  const canvas = document.createElement("canvas");
  canvas.width = across;
  canvas.height = down;
  canvas.style.width = `${Math.floor(width)}px`;
  const pen = canvas.getContext("2d");
  pen.translate(across / 2, down / 2);
  pen.rotate((turn * Math.PI) / 180);
  pen.drawImage(picture, -picture.naturalWidth / 2, -picture.naturalHeight / 2);
  return { canvas, text: "" };
}
