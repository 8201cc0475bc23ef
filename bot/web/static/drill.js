// The drill works without this file. With it, a reply is sent without leaving the page, the customer takes the time to
// type, and nothing typed is lost. No words here: everything people read comes from the templates.

const PREFIX = "visavis.";
const RESET = 205, STALE = 403, UNFIT = 422;
const QUIET = 1000; // milliseconds without a key before what is being typed is kept on the server
const RHYTHM = { least: 500, letter: 14, most: 2200 }; // milliseconds: how long an answer takes to type
const still = matchMedia("(prefers-reduced-motion: reduce)");

const shelf = {
  get: (key) => { try { return JSON.parse(localStorage.getItem(PREFIX + key)); } catch { return null; } },
  put: (key, value) => { try { localStorage.setItem(PREFIX + key, JSON.stringify(value)); } catch { /* full or forbidden */ } },
  drop: (key) => { try { localStorage.removeItem(PREFIX + key); } catch { /* forbidden */ } },
};

// randomUUID needs HTTPS or localhost; a room on an office network may have neither.
const newId = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function ask(address, fields, options = {}) {
  const answer = await fetch(address, {
    method: fields ? "POST" : "GET",
    body: fields && new URLSearchParams(fields),
    headers: { "X-Requested-With": "fetch" },
    ...options,
  });
  return { ok: answer.ok, status: answer.status, html: await answer.text() };
}

function parts(html) {
  const template = document.createElement("template");
  template.innerHTML = html; // our own server's escaped fragment
  return template.content;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

class Drill {
  constructor(page) {
    this.page = page;
    this.id = page.dataset.drill;
    this.story = page.querySelector("#story");
    this.live = page.querySelector("#live");
    this.form = page.querySelector("#composer");
    if (!this.form) return shelf.drop(this.draftKey), shelf.drop(this.sentKey);
    this.box = this.form.elements.text;
    this.notice = this.form.querySelector("#notice");
    this.count = this.form.querySelector("#count");
    this.lag = Number(page.dataset.clock) - Date.now(); // times of this device and of the server are compared
    this.keep();
    this.keys();
    this.form.addEventListener("submit", (event) => this.pressed(event));
    const kept = page.querySelector(".kept");
    if (kept) this.waiting = () => this.resend(kept);
    kept?.addEventListener("submit", (event) => { event.preventDefault(); this.resend(kept); });
    this.recover();
    this.watch();
    if (this.story.querySelector("[data-position]") || location.hash === "#answer") this.scroll();
    // Once the page is whole: following the address's # would take the focus away again.
    if (location.hash === "#answer" || shelf.get(this.focusKey)) addEventListener("load", () => setTimeout(() => this.box.focus({ preventScroll: true })));
    shelf.drop(this.focusKey);
  }

  get draftKey() { return `draft.${this.id}`; }
  get sentKey() { return `sent.${this.id}`; }
  get focusKey() { return `focus.${this.id}`; }
  get told() { return [...this.story.querySelectorAll("[data-message]")]; }

  // What is being typed survives a reload here, and, after a moment of quiet, on any other device.
  keep() {
    const own = shelf.get(this.draftKey);
    // Saved, the server knows better: it was sent since, or went on elsewhere. Unsaved, the newer one counts.
    if (own && !own.saved && own.at > Number(this.box.dataset.at ?? 0)) this.box.value = own.text;
    this.unsaved = Boolean(own && !own.saved);
    this.look();
    this.box.addEventListener("input", () => {
      this.look();
      this.say("");
      this.unsaved = true;
      shelf.put(this.draftKey, { text: this.box.value, at: Date.now() + this.lag, saved: false });
      this.later();
    });
    if (this.unsaved) this.save();
  }

  look() {
    const length = [...this.box.value].length, max = Number(this.count.dataset.max);
    this.count.textContent = length > max * 0.75 ? `${length} / ${max}` : "";
    this.count.toggleAttribute("data-over", length > max);
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`;
  }

  later() {
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.save(), QUIET);
  }

  async save(leaving = false) {
    if (this.busy && !leaving) return this.later();
    clearTimeout(this.quiet);
    if (!this.unsaved) return;
    const text = this.box.value;
    this.saving?.abort();
    this.saving = new AbortController();
    try {
      const answer = await ask(this.form.dataset.scratch, new FormData(this.form), { keepalive: leaving, signal: this.saving.signal });
      if (answer.status === RESET) return this.check();
      if (!answer.ok || this.box.value !== text) return;
      this.unsaved = false;
      shelf.put(this.draftKey, { text, at: Date.now() + this.lag, saved: true });
    } catch { /* kept on this device */ }
  }

  // What was sent is no longer being typed: a copy saved late would come back.
  forget() {
    clearTimeout(this.quiet);
    this.saving?.abort();
    this.unsaved = false;
    this.box.value = "";
    shelf.drop(this.draftKey);
    this.look();
  }

  watch() {
    const away = () => { if (document.hidden) this.save(true); else this.check(); };
    document.addEventListener("visibilitychange", away);
    addEventListener("pagehide", () => this.save(true));
    addEventListener("focus", () => this.check());
    addEventListener("offline", () => this.online(false));
    addEventListener("online", () => this.online(true));
    if (!navigator.onLine) this.online(false);
  }

  online(yes) {
    const words = this.page.querySelector("#offline");
    if (!words) return;
    words.hidden = yes;
    if (!yes) return this.announce(words.textContent);
    if (this.waiting) this.waiting(); else this.save();
  }

  // Another tab, or another device, may have moved the drill on.
  async check() {
    if (this.busy || this.reveal || !this.form.isConnected) return;
    try {
      const answer = await ask(this.form.dataset.state);
      if (!answer.ok || this.busy || this.reveal) return;
      const now = JSON.parse(answer.html), shown = this.told;
      if (now.over || now.position !== shown.length || now.last !== (shown.at(-1)?.dataset.message ?? "")) this.reload();
    } catch { /* nobody answers: what is on screen stays */ }
  }

  reload() {
    // What stands in this box is nobody else's: the tab that sent a reply has forgotten the draft they share.
    if (this.box.value) shelf.put(this.draftKey, { text: this.box.value, at: Date.now() + this.lag, saved: false });
    if (document.activeElement === this.box) shelf.put(this.focusKey, true);
    location.reload();
  }

  keys() {
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      if (event.ctrlKey || event.metaKey || (!event.shiftKey && matchMedia("(hover: hover)").matches)) {
        event.preventDefault();
        this.form.requestSubmit();
      }
    });
  }

  // Every button that may keep what is being typed belongs to the composer: pausing and examination mode leave the page.
  pressed(event) {
    const button = event.submitter, leaves = button?.hasAttribute("formaction") && button.name !== "hint";
    if (leaves && !this.unsaved) return;
    event.preventDefault();
    if (leaves) this.leave(button);
    else if (button?.name === "hint") this.hint(button);
    else this.submit();
  }

  // Saved first, so that this device knows it is; if it cannot be, the text stays here and goes along with the form.
  async leave(button) {
    await this.save();
    this.unsaved = false;
    this.form.requestSubmit(button);
  }

  async hint(button) {
    button.disabled = true;
    try {
      const answer = await ask(button.formAction, new FormData(this.form));
      if (answer.ok) {
        const shown = parts(answer.html);
        this.announce(shown.textContent);
        this.page.querySelector("#hints").append(shown);
      } else this.say(parts(answer.html).textContent.trim());
    } catch { this.online(false); }
    button.disabled = false;
    this.box.focus();
  }

  async submit() {
    if (this.busy) return;
    this.reveal?.();
    if (!this.form.isConnected) return;
    if (this.waiting) return this.waiting(); // one after the other: what stands in the box stays there
    const text = this.box.value, length = [...text].length;
    if (!text.trim() || length > Number(this.count.dataset.max)) return this.refuse(text);
    const sent = { text, message_id: newId() };
    shelf.put(this.sentKey, sent);
    this.forget();
    await this.send(sent, this.pending(text));
  }

  // The server words what is wrong with a text, so that it is said in one place.
  async refuse(text) {
    const fields = new FormData(this.form);
    fields.set("text", text.trim() ? text : "");
    try { this.say(parts((await ask(this.form.action, fields)).html).textContent.trim()); } catch { this.online(false); }
    this.box.focus();
  }

  pending(text) {
    const shown = element("div", "moment");
    const exchange = element("div", "exchange");
    const mine = element("div", "bubble mine pending");
    mine.append(element("span", "who", this.page.dataset.you), element("p", "", text));
    const line = element("div", "line");
    const theirs = element("div", "bubble theirs");
    const dots = element("span", "typing");
    dots.setAttribute("role", "img");
    dots.setAttribute("aria-label", this.page.dataset.typing);
    dots.append(...[0, 1, 2].map(() => document.createElement("i")));
    theirs.append(dots);
    line.append(theirs);
    exchange.append(mine, line);
    shown.append(exchange);
    this.story.append(shown);
    this.scroll();
    return shown;
  }

  async send(sent, shown, afresh = false) {
    this.busy = true;
    this.waiting = null;
    const since = performance.now();
    const fields = new FormData(this.form);
    fields.set("text", sent.text);
    fields.set("message_id", sent.message_id);
    let answer;
    try { answer = await ask(this.form.action, fields); } catch { answer = { ok: false, status: 0, html: "" }; }
    this.busy = false;
    if (answer.status === RESET) return shelf.drop(this.sentKey), this.reload();
    // The session is another one: a fresh page has its token, and sends what was kept.
    if (answer.status === STALE && !afresh) return this.reload();
    // A network that asks to sign in first answers every address with a page of its own: that is no moment of ours.
    if (answer.ok && parts(answer.html).querySelector(".moment")) this.taken(answer.html, shown, since);
    else if (answer.status === UNFIT) this.refused(sent, answer.html, shown);
    else this.failed(sent, answer.html, shown);
  }

  // The coach's note is there at once; the customer takes the time that typing the answer takes.
  taken(html, shown, since) {
    shelf.drop(this.sentKey);
    const fresh = parts(html), moment = fresh.querySelector(".moment"), position = Number(moment.dataset.position);
    // Another tab has moved the drill on: what is on screen is not the whole story.
    if (position !== this.told.length + 1) return this.reload();
    const line = moment.querySelector(".exchange > .line"), dots = shown.querySelector(".line");
    const compare = moment.querySelector(".compare");
    shown.replaceWith(moment);
    line.replaceWith(dots);
    if (compare) compare.hidden = true;
    this.form.elements.position.value = position + 1;
    this.page.querySelectorAll(".kept, .taken-back").forEach((old) => old.remove());
    this.page.querySelector("#hints").replaceChildren();
    this.box.focus({ preventScroll: true });
    moment.scrollIntoView({ block: "start", behavior: still.matches ? "auto" : "smooth" });
    const typing = Math.min(RHYTHM.least + RHYTHM.letter * line.querySelector("p").textContent.length, RHYTHM.most);
    this.wait(still.matches ? 0 : typing - (performance.now() - since), () => {
      dots.replaceWith(line);
      if (compare) compare.hidden = false;
      this.answered(fresh, moment, line);
    });
  }

  // A key or a click skips the wait.
  wait(milliseconds, then) {
    const off = new AbortController();
    const done = () => { clearTimeout(timer); off.abort(); this.reveal = null; then(); };
    const timer = milliseconds > 0 ? setTimeout(done, milliseconds) : 0;
    this.reveal = done;
    if (!timer) return done();
    const skip = (event) => { if (!event.repeat) done(); };
    for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, skip, { capture: true, signal: off.signal });
  }

  answered(fresh, moment, line) {
    for (const part of fresh.querySelectorAll("[data-replaces]")) this.page.querySelector(part.dataset.replaces)?.replaceWith(part);
    const mood = this.page.querySelector("#mood"), headline = moment.querySelector("[data-headline]");
    this.announce([line.querySelector("p").textContent, mood ? `${this.page.dataset.now} ${mood.textContent.trim()}.` : "", headline?.textContent ?? ""].join(" "));
    const ending = fresh.querySelector(".ending");
    this.guide(ending ? 3 : 2);
    if (!ending) return;
    this.page.querySelector("#answer").replaceWith(ending);
    this.page.querySelectorAll(".bar .pop:not(#brief), .bar [formaction]").forEach((tool) => tool.remove());
    ending.focus({ preventScroll: true });
  }

  // The tips of a first drill, one at a time.
  guide(step) {
    for (const tip of this.page.querySelectorAll("[data-step]")) tip.hidden = tip.dataset.step !== String(step);
  }

  refused(sent, html, shown) {
    shelf.drop(this.sentKey);
    shown.remove();
    this.box.value = [sent.text, this.box.value].filter(Boolean).join("\n");
    this.box.dispatchEvent(new Event("input"));
    this.say(parts(html).textContent.trim());
    this.box.focus();
  }

  // The reply stays on screen, with a button that sends the very same message again; so does the network's return.
  failed(sent, html, shown) {
    shown.querySelector(".line")?.remove();
    const kept = element("div", "kept");
    const words = parts(html).querySelector("[data-notice]")?.textContent ?? this.page.dataset.kept;
    const again = element("button", "", this.page.dataset.again);
    again.type = "button";
    this.waiting = () => { shown.remove(); this.send(sent, this.pending(sent.text)); };
    again.addEventListener("click", () => this.waiting?.());
    kept.append(element("p", "", words), again);
    shown.querySelector(".exchange").append(kept);
    this.announce(words);
    kept.scrollIntoView({ block: "center" });
    again.focus({ preventScroll: true });
  }

  async resend(form) {
    if (this.busy) return;
    const sent = { text: form.elements.text.value, message_id: form.elements.message_id.value };
    form.remove();
    shelf.put(this.sentKey, sent);
    await this.send(sent, this.pending(sent.text));
  }

  // A reply sent before a reload or a lost network, and never acknowledged, goes once more under its own id.
  recover() {
    const sent = shelf.get(this.sentKey);
    if (!sent) return;
    if (this.told.some((one) => one.dataset.message === sent.message_id)) return shelf.drop(this.sentKey);
    this.page.querySelector(".kept")?.remove();
    this.send(sent, this.pending(sent.text), true);
  }

  say(words) {
    this.notice.textContent = words;
    this.box.toggleAttribute("aria-invalid", Boolean(words));
  }

  announce(words) { this.live.textContent = words.replace(/\s+/g, " ").trim(); }

  scroll() { this.page.querySelector("#answer")?.scrollIntoView({ block: "end" }); }
}

for (const page of document.querySelectorAll("[data-drill]")) new Drill(page);
