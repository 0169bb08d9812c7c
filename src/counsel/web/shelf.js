// The Articles tab where articles may be changed: files are dropped or chosen, removed, and the index brought up to date.
"use strict";
(() => {
  const POLL = 300;         // milliseconds between two looks at a running build
  const SWITCH = 5000;      // milliseconds in which the page takes up a generation that was published
  const find = (selector) => document.querySelector(selector);
  const count = (amount, noun) => `${amount.toLocaleString("en")} ${noun}${amount === 1 ? "" : "s"}`;

  function make(tag, properties = {}, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  async function call(path, options) {
    try {
      const answer = await fetch(path, options);
      return { status: answer.status, ...await answer.json() };
    } catch {
      return { status: 0, error: "The page's server does not answer." };
    }
  }

  /** A question that is asked on top of the page; true when it is agreed to. */
  function agreed(question, yes) {
    return new Promise((resolve) => {
      const keep = make("button", { textContent: "Cancel", value: "" }), go = make("button", { textContent: yes, value: "yes", className: "go" });
      const text = make("p", { id: "asked-text", textContent: question });
      const dialog = make("dialog", { className: "asked" }, make("form", { method: "dialog" }, text, keep, go));
      dialog.setAttribute("aria-labelledby", "asked-text");
      dialog.onclose = () => { dialog.remove(); resolve(dialog.returnValue === "yes"); };
      document.body.append(dialog);
      dialog.showModal();
    });
  }

  // ---- what is shown

  const files = make("input", { type: "file", multiple: true, id: "files" });
  const drop = make("label", { className: "drop", htmlFor: "files" }, make("span", { textContent: "Drop articles here, or choose files" }), files);
  const renew = make("button", { id: "renew", type: "button", textContent: "Bring up to date" });
  const waiting = make("p", { className: "waiting" });
  const bar = make("progress", { hidden: true });
  const stage = make("p", { className: "stage" });
  const said = make("p", { className: "said" });
  bar.setAttribute("aria-label", "Bringing the index up to date");
  said.setAttribute("role", "status");
  const tools = [drop, make("div", { className: "renewing" }, renew, waiting), bar, stage, said];

  function say(...lines) { said.replaceChildren(...lines.flatMap((line, at) => at ? [make("br"), line] : [line])); }

  function show({ waiting: { added, changed, removed }, building }) {
    const paths = [...added.map((path) => `+ ${path}`), ...changed.map((path) => `~ ${path}`), ...removed.map((path) => `− ${path}`)];
    const more = paths.length > 5 ? ` and ${paths.length - 5} more` : "";
    waiting.textContent = paths.length ? `${count(paths.length, "change")} not in the index yet: ${paths.slice(0, 5).join(", ")}${more}` : "";
    renew.disabled = building.running;
    renew.classList.toggle("wanted", paths.length > 0);
    bar.hidden = !building.running;
    if (building.total) Object.assign(bar, { max: building.total, value: building.done });
    else bar.removeAttribute("value");
    const done = building.total ? `${building.stage} ${building.done.toLocaleString("en")} of ${building.total.toLocaleString("en")}` : "starting";
    stage.textContent = building.running ? done : "";
  }

  let news = 0;
  /** Have the list of articles and the line at the top drawn anew. */
  function announce() {
    const box = find("#news textarea, #news input");
    box.value = String(++news);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  async function look() {
    const state = await call("shelf");
    if (state.status === 200) show(state);
    else say(state.error);
    return state;
  }

  let following = false;
  /** Show a build until it is done and what it published answers. */
  async function follow() {
    if (following) return;
    following = true;
    let state = await look(), since = 0;
    while (state.status !== 200 || state.building.running || (state.generation < state.building.generation && since < SWITCH)) {
      if (state.status !== 200 || !state.building.running) since += POLL;
      if (since >= SWITCH) break;
      await new Promise((resolve) => setTimeout(resolve, POLL));
      state = await look();
    }
    following = false;
    if (state.building) say(state.building.said);
    announce();
  }

  // ---- what is done

  async function add(chosen) {
    const { status, kinds, largest } = await look(), told = [];
    if (status !== 200) return;
    for (const [at, file] of [...chosen].entries()) {
      say(...told, `Adding ${file.name} (${at + 1} of ${chosen.length})`);
      told.push(await addOne(file, kinds, largest));
    }
    say(...told);
    await look();
  }

  async function addOne(file, kinds, largest) {
    if (!kinds.some((kind) => file.name.toLowerCase().endsWith(kind))) return `${file.name} is not of a kind that Counsel reads: ${kinds.join(", ")}.`;
    if (file.size > largest) return `${file.name} is larger than ${largest / 2 ** 20} MB.`;
    const send = (replace) => call(`shelf/add?name=${encodeURIComponent(file.name)}&replace=${replace}`, { method: "POST", body: file });
    let done = await send(false);
    if (done.status === 409) {
      if (!await agreed(`${done.error} Replace it with the new file?`, "Replace")) return `${file.name} was left as it is.`;
      done = await send(true);
    }
    return done.status === 200 ? `${done.added} was added.` : done.error;
  }

  async function remove(path) {
    if (!await agreed(`Remove ${path}? The file is deleted from the folder of articles.`, "Remove")) return;
    const done = await call("shelf/remove", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ path }) });
    await look();
    say(done.status === 200 ? `${path} was removed. Answers quote it until the index is brought up to date.` : done.error);
  }

  files.onchange = async () => { await add([...files.files]); files.value = ""; };
  renew.onclick = async () => {
    renew.disabled = true;
    const begun = await call("shelf/renew", { method: "POST" });
    if (begun.status === 202 || begun.status === 409) return follow();
    renew.disabled = false;
    return say(begun.error);
  };

  const on = (event) => event.target.closest?.("#tools");
  for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => event.preventDefault());  // never leaves the page for a file
  document.addEventListener("dragover", (event) => drop.classList.toggle("over", Boolean(on(event))));
  document.addEventListener("drop", (event) => {
    drop.classList.remove("over");
    if (on(event) && event.dataTransfer.files.length) add([...event.dataTransfer.files]);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.remove");
    if (button) remove(decodeURIComponent(button.value));
    if (event.target.closest('[role="tab"]')?.textContent.trim() === "Articles") look();
  });

  new MutationObserver(() => {
    const place = find("#tools");
    if (!place || place.childElementCount) return;
    place.append(...tools);
    look().then((state) => {
      files.accept = state.kinds?.join(",") ?? "";
      if (state.building?.running) follow();
    });
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
