// What the browser does by itself: marks, copying, past chats, export, light and dark. Answers come from the server.
"use strict";
(() => {
  const CHATS = 40;           // conversations kept
  const ASKED = 3000;         // milliseconds in which a question that was asked comes onto the page
  const CHARACTERS = 2e6;     // of all kept conversations: browsers give a site about five million
  const WHOSE = document.cookie.match(/(?:^|; )counsel-user=(\w+)/)?.[1] ?? "";  // of a shared installation; each user has chats of their own
  const KEPT = `counsel-chats${WHOSE}`, NOW = `counsel-now${WHOSE}`, THEME = "counsel-theme";
  const find = (selector) => document.querySelector(selector);
  const box = (name) => find(`#${name} textarea, #${name} input`);

  /** Put text into one of Gradio's boxes as if a person had typed it; the box tells the server when it listens for changes. */
  function type(name, text) {
    const into = box(name);
    if (!into) return;
    into.value = text;
    into.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // ---- marks

  let wishes = 0;
  const wish = (words) => type("wish", `${words} ${++wishes}`);

  /** Bring the cited words of a mark into view, asking for the cards of its turn first when others are shown. */
  function openMark(id) {
    const target = document.getElementById(id);
    if (target) return reveal(target);
    const waiting = new MutationObserver(() => {
      const arrived = document.getElementById(id);
      if (arrived) { waiting.disconnect(); reveal(arrived); }
    });
    waiting.observe(find("#sources"), { childList: true, subtree: true });
    setTimeout(() => waiting.disconnect(), 5000);
    wish(`sources ${id.split("-")[1]}`);
  }

  function reveal(label) {
    document.querySelectorAll("#sources .current").forEach((was) => was.classList.remove("current"));
    const card = label.closest(".source"), words = label.closest("mark");
    card.classList.add("current");
    card.querySelectorAll(`mark.of-${label.id.split("-")[2]}`).forEach((part) => part.classList.add("current"));
    card.focus({ preventScroll: true });
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    words.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  }

  let stepped = null;
  /** After a step to another passage, the card is in view and the same button in focus, or the card where there is none. */
  function stay(button) {
    const id = button.closest(".source").id, name = button.textContent;
    stepped?.disconnect();
    stepped = new MutationObserver(() => {
      if (document.activeElement !== document.body) return;  // the cards are drawn more than once, and a person may go on meanwhile
      const card = document.getElementById(id);
      const again = [...card?.querySelectorAll("button.step") ?? []].find((one) => one.textContent === name);
      (again ?? card)?.focus({ preventScroll: true });
      card?.scrollIntoView({ block: "nearest" });
    });
    stepped.observe(find("#sources"), { childList: true, subtree: true });
    const mine = stepped;
    setTimeout(() => mine.disconnect(), 3000);
  }

  // ---- what Gradio would lose

  const due = new Set(), done = new Set();  // events that the server has taken and that have not ended, and those that have
  const fetched = window.fetch;
  /** Gradio's client takes its stream for open until it has read that the server closed it; what it sent meanwhile would stay unanswered. */
  window.fetch = async (...asked) => {
    const answer = await fetched(...asked), address = String(asked[0].url ?? asked[0]);
    if (answer.ok && address.includes("/queue/join")) {
      const { event_id: event } = await answer.clone().json();
      if (!done.has(event)) due.add(event);
    }
    if (answer.ok && address.includes("/queue/data")) watch(answer.clone());
    return answer;
  };

  /** Follow a stream to its end; a nudge opens the next one for what has not ended. */
  async function watch(stream) {
    const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    try {
      for (let read; !(read = await reader.read()).done;) text += read.value;
    } catch { /* the client breaks off a stream that the server closed */ }
    for (const [, event] of text.matchAll(/"msg":"process_completed","event_id":"(\w+)"/g)) {
      done.add(event);
      due.delete(event);
    }
    if (!due.size) return;
    due.clear();  // asked for once only: an event that was stopped may never be said to have ended
    setTimeout(() => type("nudge", String(++wishes)), 0);  // when the client has read the end of the stream, too
  }

  // ---- copying

  /** An answer as plain text with its sources, from what is on the page. */
  function plain(answer) {
    const lines = [], sources = new Map();
    answer.querySelectorAll("p:not(.understood), li").forEach((line) => {
      const bullet = line.matches("li:not(.step)") ? "- " : "";
      lines.push(bullet + line.innerText.replace(/\u00a0/g, " ").trim());
      line.querySelectorAll("a.mark").forEach((mark) => sources.set(mark.innerText, mark.title));
    });
    if (sources.size) lines.push("", "Sources", ...[...sources].map(([mark, title]) => `${mark} ${title}`));
    return lines.join("\n");
  }

  function copy(button) {
    let message = button.closest(".message-buttons");
    while (message && !message.querySelector("[data-testid=bot], [data-testid=user]")) message = message.previousElementSibling;
    if (!message) return false;
    const answer = message.querySelector(".answer");
    navigator.clipboard.writeText(answer ? plain(answer) : message.querySelector(".message-content").innerText.trim());
    button.classList.add("copied");
    setTimeout(() => button.classList.remove("copied"), 1500);
    return true;
  }

  // ---- chats, kept in this browser

  function chats() {
    try { return JSON.parse(localStorage.getItem(KEPT)) || []; } catch { return []; }
  }

  function store(all) {
    all = all.slice(0, CHATS);
    while (all.length > 1 && JSON.stringify(all).length > CHARACTERS) all.pop();
    try { localStorage.setItem(KEPT, JSON.stringify(all)); } catch { /* a full or forbidden store: chats last as long as the page */ }
    list();
  }

  let last = "", mine = "";  // what was on the page when it was last looked at, and what this tab stored or opened last
  /** Keep the conversation that is on the page; it comes first. One that went on differently in another tab becomes one of its own. */
  function keep() {
    const text = box("kept")?.value || "";
    if (!text || text === last) return;
    last = text;
    const now = JSON.parse(text), stored = chats().find((chat) => chat.id === now.id);
    const begins = (one, other) => one.turns.every((turn, at) => turn.question === other.turns[at]?.question);
    if (stored && JSON.stringify(stored) !== mine && !begins(stored, now) && !begins(now, stored)) {
      now.id = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      last = JSON.stringify(now);
      type("kept", last);
    }
    sessionStorage.setItem(NOW, now.turns.length ? now.id : "");
    if (!now.turns.length) return;
    mine = JSON.stringify(now);
    store([now, ...chats().filter((chat) => chat.id !== now.id)]);
  }

  function openChat(id) {
    const chat = chats().find((one) => one.id === id);
    if (!chat) return;
    find("#tabs .tab-container:not(.visually-hidden) button").click();
    find("#talk").classList.add("unvoted");
    mine = JSON.stringify(chat);
    type("kept", mine);
    type("opening", String(++wishes));
  }

  function list() {
    const place = find("#past");
    if (!place) return;
    const all = chats();
    const rows = all.map((chat) => {
      const row = document.createElement("li"), open = document.createElement("button"), forget = document.createElement("button");
      open.textContent = chat.turns[0].question;
      open.onclick = () => openChat(chat.id);
      forget.textContent = "Forget";
      forget.setAttribute("aria-label", `Forget ${chat.turns[0].question}`);
      forget.onclick = () => store(chats().filter((one) => one.id !== chat.id));
      row.append(open, forget);
      return row;
    });
    const shown = document.createElement(all.length ? "ul" : "p");
    if (all.length) shown.append(...rows);
    else shown.textContent = "Your conversations are kept in this browser only, and are listed here.";
    place.replaceChildren(shown);
  }

  /** After a reload the conversation of this tab is opened again, as soon as the page can answer. */
  let restored = false;
  function restore() {
    if (restored || !box("kept") || !find("#shelf .md")?.innerText.trim()) return;
    restored = true;
    list();
    const now = sessionStorage.getItem(NOW);
    if (now) openChat(now);
  }

  async function download() {
    const answer = await fetch("export", { method: "POST", body: box("kept").value });
    if (!answer.ok) return alert((await answer.json()).error);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = "counsel.md";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  // ---- listening

  let opener = null;  // the mark that was opened last

  document.addEventListener("click", (event) => {
    keep();  // before a click can take the conversation off the page
    const on = (selector) => event.target.closest(selector);
    const mark = on("a.mark"), asked = on("button.wish"), copied = on('button[aria-label="Copy message"]');
    if (on('button[aria-label="Dislike"]')) find("#talk").classList.remove("unvoted");
    if (on("#new")) find("#talk").classList.add("unvoted");
    if (on("#chat .example, #chat .option")) asking = Date.now();
    if (on("#new, #chat .example, #chat .option") && innerWidth > 900) box("question").focus();  // what was clicked goes away
    if (mark) { event.preventDefault(); opener = mark; openMark(mark.getAttribute("href").slice(1)); }
    else if (asked) { if (asked.matches(".step")) stay(asked); wish(asked.value); }
    else if (copied && copy(copied)) { event.stopPropagation(); event.preventDefault(); }
    else if (on("button.back")) opener?.scrollIntoView({ block: "center" });
    else if (on("#export")) download();
    else if (on("#leave")) fetch("logout", { method: "POST" }).then(() => location.reload());
    else if (on("#theme")) setTheme(!document.body.classList.contains("dark"));
  }, true);

  let asking = 0;  // when something was asked that is not on the page yet
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.closest("#question")) return;
    if (event.target.value.trim() && !find("#question .stop-button") && Date.now() - asking > ASKED) asking = Date.now();
    else { event.preventDefault(); event.stopPropagation(); }  // a question at a time; this one stays in the box
  }, true);

  function setTheme(dark) {
    document.body.classList.toggle("dark", dark);
    try { localStorage.setItem(THEME, dark ? "dark" : "light"); } catch { /* then it lasts as long as the page */ }
  }

  const decoder = document.createElement("textarea");  // turns character references back into characters, and forms no elements
  /** Mend what Gradio says to screen readers: messages carry their escaped source as a label and in the edit box, examples are a list without items. */
  function readable() {
    document.querySelectorAll("#chat [data-testid=bot][aria-label], #chat [data-testid=user][aria-label]")
      .forEach((message) => message.removeAttribute("aria-label"));
    document.querySelectorAll("#chat .examples[role=list]").forEach((examples) => examples.setAttribute("role", "group"));
    document.querySelectorAll("#chat textarea:not([data-seen])").forEach((edited) => {
      edited.dataset.seen = "";
      edited.setAttribute("aria-label", "Your question");
      decoder.innerHTML = edited.value.replaceAll("<br>", "\n");
      if (decoder.value !== edited.value) {
        edited.value = decoder.value;
        edited.dispatchEvent(new Event("input", { bubbles: true }));
      }
    });
  }

  let asked = 0;
  /** Where the page is one column, a new question moves to the top, so that its answer is seen arriving. */
  function follow() {
    const rows = document.querySelectorAll("#chat .user-row");
    if (rows.length > asked) find("#talk").classList.add("unvoted");  // what was wrong with an answer is no longer asked after the next question
    if (rows.length !== asked || find("#question .stop-button")) asking = 0;
    if (rows.length > asked && restored && innerWidth <= 900) rows[rows.length - 1].scrollIntoView({ block: "start" });
    asked = rows.length;
  }

  let soon = 0;
  new MutationObserver(() => {
    readable();
    restore();
    follow();
    if (find("#past")?.childElementCount === 0) list();
    clearTimeout(soon);
    soon = setTimeout(keep, 150);
  }).observe(document.documentElement, { childList: true, subtree: true, characterData: true, attributeFilter: ["aria-label"] });

  addEventListener("pagehide", keep);
  addEventListener("storage", list);  // another tab has kept a chat
  const theme = localStorage.getItem(THEME);
  if (theme) document.body.classList.toggle("dark", theme === "dark");  // Gradio, which has chosen by then, runs this script
})();
