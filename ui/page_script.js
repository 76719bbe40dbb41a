// The only script of ours: served by `footnote ui` from its own address, so that the content security policy holds.
// It reads nothing but marks that Python drew (.fn-say, .fn-page), fetches nothing, and writes text only.
"use strict";

(() => {
  const region = document.createElement("div");
  region.id = "fn-live";
  region.setAttribute("role", "status");
  region.setAttribute("aria-live", "polite");
  region.style.cssText = "position:fixed;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap";
  document.body.append(region);

  let turn = null;
  let said = "";

  // Steps and the end of an answer are announced, not each word of it; what stood there on arrival is not.
  const announce = () => {
    const marks = document.querySelectorAll(".fn-say");
    const mark = marks[marks.length - 1];
    if (!mark) { turn = null; return; }
    const text = mark.textContent.trim();
    const isNews = text !== said && (mark.dataset.turn === turn || mark.dataset.running === "yes");
    if (isNews) region.textContent = text;
    turn = mark.dataset.turn;
    said = text;
  };

  const nameLanguage = () => {
    const language = document.querySelector(".fn-page")?.dataset.language;
    if (language && document.documentElement.lang !== language) document.documentElement.lang = language;
  };

  // Streamlit names its theme to its own part of the page; menus and dialogs stand beside that part.
  const nameTheme = () => {
    const app = document.querySelector(".stApp");
    const scheme = app ? getComputedStyle(app).colorScheme : "";
    if (document.documentElement.style.colorScheme !== scheme) document.documentElement.style.colorScheme = scheme;
  };

  // A dialog that asks before something goes has the focus on its way back: Enter alone destroys nothing.
  let wayBack = null;
  const focusWayBack = () => {
    const found = document.querySelector('[role="dialog"] [class*="st-key-stay-"] button');
    if (found && found !== wayBack) found.focus({ focusVisible: true });
    wayBack = found;
  };

  let waiting = false;
  const look = () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => { waiting = false; announce(); nameLanguage(); nameTheme(); focusWayBack(); }, 200);
  };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", look);
  look();

  // A card opens below its mark, or above it where the window or the question box leaves no room below.
  const place = (cite) => {
    const card = cite?.querySelector(".fn-tip");
    if (!card) return;
    cite.classList.remove("fn-up", "fn-dismissed");
    const floor = document.querySelector('[data-testid="stBottom"]')?.getBoundingClientRect().top ?? innerHeight;
    const mark = cite.querySelector(".fn-mark").getBoundingClientRect();
    const height = card.getBoundingClientRect().height;
    if (mark.bottom + height + 8 > Math.min(floor, innerHeight) && mark.top > height + 8) cite.classList.add("fn-up");
  };
  for (const moment of ["mouseover", "focusin"]) {
    document.addEventListener(moment, (event) => {
      const cite = event.target.closest?.(".fn-cite");
      if (cite && !cite.contains(event.relatedTarget)) place(cite);
    });
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const cite of document.querySelectorAll(".fn-cite:is(:hover, :focus-within)")) cite.classList.add("fn-dismissed");
    }
    const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const box = document.querySelector('[data-testid="stChatInputTextArea"]');
    if (box) { event.preventDefault(); box.focus(); }
  });
})();
