// No slide is larger than the screen: what is too high or too wide is made smaller, all of it, until it fits.
const HEIGHT = 720, STEP = 0.05;

function fits(slide) {
  const high = slide.getBoundingClientRect().height / Reveal.getScale();
  return high <= HEIGHT && slide.scrollWidth <= slide.clientWidth;
}

function fit(slide) {
  for (let zoom = 1; zoom > STEP; zoom -= STEP) {
    slide.style.zoom = zoom.toFixed(2);
    if (fits(slide)) return;
  }
}

function fitAll() {
  document.body.classList.add("measuring");
  Reveal.getSlides().forEach(fit);
  document.body.classList.remove("measuring");
  document.body.dataset.fitted = "yes";
}

window.addEventListener("load", async () => {
  await Reveal.initialize({
    width: 1280, height: HEIGHT, margin: 0.03, minScale: 0.1, maxScale: 4, center: false,
    hash: true, transition: "none", slideNumber: "c/t", scrollActivationWidth: null, plugins: [RevealNotes],
  });
  fitAll();
  // An answer of the quiz that is opened makes its slide higher.
  document.addEventListener("toggle", (event) => fit(event.target.closest("section")), true);
});
