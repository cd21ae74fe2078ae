// What a test asks of the notebook that is open in JupyterLab. Everything here only looks, but for `run`.
const panel = () => window.jupyterapp.shell.currentWidget;
const cells = () => panel().content.widgets;
const short = (text) => text.trim().replace(/\s+/g, " ").slice(0, 80);

/** Each output of a code cell: the cell's number (from 1), what is stored, and the element that shows it. */
function* outputs() {
  for (const [index, cell] of cells().entries()) {
    if (cell.model.type !== "code") continue;
    const stored = cell.model.outputs.toJSON();
    const shown = [...cell.outputArea.node.querySelectorAll(".jp-OutputArea-output")];
    for (const [place, output] of stored.entries()) yield { cell: index + 1, output, node: shown[place] };
  }
}

const html = (output) => [output.data?.["text/html"] ?? []].flat().join("");

/** Name, place and size of everything in an element that has a size, relative to it. */
function boxes(node) {
  const { left, top } = node.getBoundingClientRect();
  return [...node.querySelectorAll("*")].map((each) => [each.tagName, each.getBoundingClientRect()])
    .filter(([, box]) => box.width * box.height > 0)
    .map(([name, box]) => [name, ...[box.left - left, box.top - top, box.width, box.height].map(Math.round)].join(" "));
}

window.look = {
  ready: () => cells().length > 0 && panel().context.isReady && panel().content.node.offsetWidth > 0,

  idle: () => panel().sessionContext.session?.kernel?.status === "idle",

  untrusted: () => cells().some((cell) => cell.model.type === "code" && !cell.model.trusted),

  /** Run all cells; says so if that takes longer than so many seconds. */
  run: (seconds) => Promise.race([
    window.jupyterapp.commands.execute("notebook:run-all-cells").then(() => []),
    new Promise((done) => setTimeout(() => done([`still running after ${seconds} seconds`]), seconds * 1000)),
  ]),

  close: async () => {
    await panel().sessionContext.shutdown();
    panel().dispose();
  },

  theme: (name) => window.jupyterapp.commands.execute("apputils:change-theme", { theme: name }),

  /** How many HTML outputs there are: verdicts, timelines, predictions. */
  pictures: () => [...outputs()].filter(({ output }) => html(output)).length,

  errors: () => [...outputs()].flatMap(({ cell, output }) => {
    if (output.output_type === "error") return [`cell ${cell}: ${output.ename}: ${output.evalue}`];
    return output.name === "stderr" ? [`cell ${cell} writes to stderr: ${short(output.text)}`] : [];
  }),

  invisible: () => [...outputs()].flatMap(({ cell, output, node }) => {
    const visible = node?.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const something = node?.innerText.trim() || node?.querySelector("img");
    return visible && something ? [] : [`cell ${cell} shows nothing of its ${output.output_type}`];
  }),

  /** What JupyterLab took away from stored HTML so that one sees it: other words, or another place or size. */
  stripped: () => [...outputs()].filter(({ output }) => html(output)).flatMap(({ cell, output, node }) => {
    const whole = node.cloneNode(false);
    whole.innerHTML = html(output);
    node.after(whole);
    const [there, wanted] = [boxes(node), boxes(whole)];
    const differs = wanted.findIndex((box, index) => box !== there[index]);
    const words = whole.textContent === node.textContent ? [] : [`cell ${cell}: other words in the picture`];
    whole.remove();
    return differs < 0 ? words : [...words, `cell ${cell}: ${wanted[differs]} became ${there[differs]}`];
  }),

  /** Outputs, prose and code that are wider than their place. */
  overflowing: () => cells().flatMap((cell, index) =>
    [...cell.node.querySelectorAll(".jp-OutputArea-output, .jp-MarkdownOutput, .cm-scroller")]
      .filter((node) => node.scrollWidth > node.clientWidth + 1)
      .map((node) => `cell ${index + 1} is ${node.scrollWidth - node.clientWidth} px too wide: ${short(node.textContent)}`)),

  /** Scroll the notebook to its page of that number (from 0); whether there is anything on it. */
  page: (number) => {
    const view = panel().content.outerNode;
    view.scrollTop = number * (view.clientHeight - 40);
    return cells().at(-1).node.getBoundingClientRect().bottom > view.getBoundingClientRect().top + 40;
  },
};
