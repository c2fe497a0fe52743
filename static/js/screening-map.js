// Puts the drawing of the body in the place of its picture, so that areas can be tapped and show their marks. The page
// carries the drawing once, in a template; each [data-map-place] gets its own. Must run before body-map.js.
const drawing = document.querySelector("template[data-map-drawing]");

for (const place of drawing ? document.querySelectorAll("[data-map-place]") : []) {
  place.querySelector("img")?.replaceWith(drawing.content.cloneNode(true));
  const caption = place.querySelector("figcaption");
  if (caption) caption.textContent = "Tap the drawing or use the list.";
}
