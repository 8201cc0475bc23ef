// <visavis-chat>: the practice room inside somebody else's page (docs/embedding.md). One script tag, no cookies, no
// frame of ours. No words here: everything people read comes from the room, as fragments that its templates escaped.

const ROOM = new URL("..", import.meta.url);
const PREFIX = "visavis.";
const GONE = 404, MOVED = 409, UNFIT = 422, UNKNOWN = 401;
const LATER = 60_000; // milliseconds until a file has surely been saved
const SPOKEN = 4; // announcements kept for a screen reader

// One tab's memory. A page inside a frame may be refused it, and then does without.
const tab = {
  get: (key) => { try { return JSON.parse(sessionStorage.getItem(PREFIX + key)); } catch { return null; } },
  put: (key, value) => { try { sessionStorage.setItem(PREFIX + key, JSON.stringify(value)); } catch { /* full or forbidden */ } },
  drop: (key) => { try { sessionStorage.removeItem(PREFIX + key); } catch { /* forbidden */ } },
  clear: () => { try { for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key); } catch { /* forbidden */ } },
};

// randomUUID needs HTTPS or localhost; a room on an office network may have neither.
const newId = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function parts(html) {
  const template = document.createElement("template");
  template.innerHTML = html; // the room's own escaped fragment, never anything else
  return template.content;
}

function element(tag, className = "", text = undefined) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

class VisavisChat extends HTMLElement {
  static observedAttributes = ["scenario", "lang", "difficulty", "token-url"];

  #root = this.attachShadow({ mode: "open" });
  #view = element("div", "view");
  #trouble = element("div", "trouble");
  #live = element("div", "unseen");
  #slot = document.createElement("slot"); // what the page says while the room cannot be reached
  #token = null; // a string, or a function that gives one
  #pass = ""; // the token that token-url or the function gave last
  #words = null;
  #drill = "";
  #turn = 0;
  #retry = null;
  #waiting = null; // sends the reply that did not get through
  #busy = false;

  constructor() {
    super();
    const style = element("link");
    const room = element("section", "room");
    style.rel = "stylesheet";
    style.crossOrigin = "anonymous";
    style.href = new URL("embed.css", import.meta.url);
    room.hidden = true;
    style.addEventListener("load", () => { room.hidden = false; });
    style.addEventListener("error", () => { room.hidden = false; });
    this.#trouble.setAttribute("role", "alert");
    this.#live.setAttribute("role", "log");
    this.#view.addEventListener("submit", (event) => { event.preventDefault(); this.#submitted(event.target); });
    this.#view.addEventListener("click", (event) => this.#clicked(event.target.closest("[data-do]")));
    this.#view.addEventListener("input", () => this.#typed());
    this.#view.addEventListener("keydown", (event) => this.#pressed(event));
    room.append(this.#view, this.#trouble, this.#live);
    this.#root.append(style, room);
  }

  get token() { return this.#token; }
  set token(value) {
    this.#token = value;
    this.#pass = "";
    if (this.isConnected) (this.#retry ?? (this.#view.hasChildNodes() ? () => {} : () => this.#enter()))();
  }

  connectedCallback() {
    // A token given before this script was there would hide the property.
    if (Object.hasOwn(this, "token")) {
      const early = this.token;
      delete this.token;
      this.#token = early;
    }
    this.#enter();
  }

  attributeChangedCallback(name, before, after) {
    if (!this.isConnected || before === after || !this.#view.hasChildNodes()) return;
    if (name === "token-url") this.#pass = "";
    else this.#enter();
  }

  // Asking

  get #renewable() { return this.hasAttribute("token-url") || typeof this.#token === "function"; }

  async #named() {
    if (typeof this.#token === "string") return this.#token;
    if (this.#pass) return this.#pass;
    try {
      if (typeof this.#token === "function") this.#pass = await this.#token();
      else {
        const answer = await fetch(this.getAttribute("token-url"), { cache: "no-store" });
        if (answer.ok) this.#pass = (await answer.json()).token;
      }
    } catch { /* the room will say that nobody knows who asks */ }
    return this.#pass;
  }

  async #ask(method, path, body, again = true) {
    const address = new URL(`embed/${path}`, ROOM);
    if (this.getAttribute("lang")) address.searchParams.set("lang", this.getAttribute("lang"));
    const headers = body ? { "Content-Type": "application/json" } : {};
    const token = await this.#named();
    if (token) headers.Authorization = `Bearer ${token}`;
    try {
      const answer = await fetch(address, { method, headers, body: body && JSON.stringify(body), credentials: "omit", cache: "no-store" });
      if (answer.status === UNKNOWN && again && this.#renewable) {
        this.#pass = "";
        return this.#ask(method, path, body, false);
      }
      const told = await answer.json();
      this.#words = told.words ?? this.#words;
      return { ...told, ok: answer.ok, status: answer.status };
    } catch {
      return { ok: false, status: 0, text: this.#words?.down ?? "" };
    }
  }

  // Showing

  async #enter() {
    if (!this.#token && !this.hasAttribute("token-url")) return;
    const drill = tab.get(this.#openKey);
    if (drill) await this.#load("GET", `drills/${drill}`, null, false);
    else await this.#browse(this.getAttribute("scenario"), false);
  }

  #browse(scenario, focus = true) {
    const wanted = new URLSearchParams({ scenario: scenario ?? "", difficulty: this.getAttribute("difficulty") ?? "" });
    return this.#load("GET", `scenarios?${wanted}`, null, focus);
  }

  // Put an answer on screen. Of two that were asked for, only the last one counts.
  async #load(method, path, body = null, focus = true) {
    const turn = ++this.#turn;
    this.#view.setAttribute("aria-busy", "true");
    const told = await this.#ask(method, path, body);
    if (turn !== this.#turn) return null;
    this.#view.removeAttribute("aria-busy");
    if (told.ok) return this.#put(told, focus, method === "GET"), told;
    if (told.status === MOVED && this.#drill) return this.#load("GET", `drills/${this.#drill}`);
    if (told.status === GONE && path.startsWith("drills/")) {
      tab.drop(this.#openKey); // not this person's, or no more
      return this.#browse(this.getAttribute("scenario"), focus);
    }
    this.#complain(told, () => this.#load(method, path, body, focus));
    return null;
  }

  #put(told, focus, afresh) {
    this.#calm();
    this.#waiting = null;
    for (const one of [this.#view, this.#trouble, this.#live]) one.lang = told.lang;
    this.#view.replaceChildren(parts(told.html));
    for (const choice of this.#view.querySelectorAll("[data-roaming]")) choice.hidden = this.hasAttribute("scenario");
    this.#drill = told.drill ?? "";
    if (this.#drill) tab.put(this.#openKey, this.#drill);
    if (focus) {
      const head = this.#find("[data-head]");
      head.focus({ preventScroll: true });
      head.scrollIntoView({ block: "nearest" });
    }
    if (this.#box) this.#prepare(afresh);
    else if (told.over) this.#forget();
  }

  // A sentence of the room's, and a button to try again. Without a word from the room, the page's own content stands.
  #complain(told, retry) {
    this.#retry = () => { this.#calm(); retry(); };
    if (told.text) {
      const button = element("button", "plain", this.#words.again);
      button.type = "button";
      button.addEventListener("click", () => this.#retry());
      this.#trouble.replaceChildren(element("p", "", told.text), button);
    } else this.#root.append(this.#slot);
    this.#tell("visavis-trouble", { status: told.status, error: told.error ?? "" });
  }

  #calm() {
    this.#retry = null;
    this.#trouble.replaceChildren();
    this.#slot.remove();
  }

  // Acting

  #clicked(button) {
    if (!button || button.disabled) return;
    const drill = `drills/${this.#drill}`;
    const acts = {
      look: () => this.#browse(button.dataset.scenario),
      others: () => { tab.drop(this.#openKey); return this.#browse(this.getAttribute("scenario")); },
      resume: () => this.#load("GET", `drills/${button.dataset.drill}`),
      story: () => this.#load("GET", drill),
      debrief: () => this.#load("GET", `${drill}/debrief`),
      end: () => this.#end(drill),
      hint: () => this.#hint(button),
      replay: () => this.#replay(drill, Number(button.dataset.position)),
      keep: () => this.#keep(button),
      erase: () => this.#erase(),
    };
    acts[button.dataset.do]();
  }

  async #submitted(form) {
    if (form.dataset.form === "reply") return this.#submit();
    const told = await this.#load("POST", "drills", Object.fromEntries(new FormData(form)));
    if (told) this.#tell("visavis-begin", { drill: told.drill });
  }

  async #end(drill) {
    const told = await this.#load("POST", `${drill}/end`, { message_id: newId() });
    if (told) this.#tell("visavis-end", { drill: told.drill });
  }

  async #replay(drill, position) {
    if (await this.#load("POST", `${drill}/replay`, { position, message_id: newId() }, false)) {
      this.#box.focus({ preventScroll: true });
      this.#find(".answer").scrollIntoView({ block: "nearest" });
    }
  }

  // Everything the room keeps of whoever is here, as a file of theirs.
  async #keep(button) {
    button.disabled = true;
    const { ok, status, ...told } = await this.#ask("GET", "me/export");
    button.disabled = false;
    if (!ok) return this.#complain({ ...told, status }, () => this.#keep(button));
    const link = element("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(told, null, 1)], { type: "application/json" }));
    link.download = button.dataset.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), LATER);
  }

  // The tab's memory goes with the room's.
  async #erase() {
    if (await this.#load("POST", "me/erase", { sure: true })) tab.clear();
  }

  async #hint(button) {
    button.disabled = true;
    const told = await this.#ask("POST", `drills/${this.#drill}/hint`, { message_id: newId() });
    button.disabled = false;
    if (told.status === MOVED) return this.#load("GET", `drills/${this.#drill}`);
    if (!told.ok) return this.#say(told.text);
    this.#find("[data-hints]").replaceChildren(parts(told.html));
    this.#announce(this.#find("[data-hints]").textContent);
    this.#box.focus({ preventScroll: true });
  }

  // Replying

  get #openKey() { return `open.${this.getAttribute("scenario") ?? ""}`; }
  get #draftKey() { return `draft.${this.#drill}`; }
  get #sentKey() { return `sent.${this.#drill}`; }
  get #box() { return this.#find(".composer textarea"); }
  get #page() { return this.#find(".drill").dataset; }
  #find(what) { return this.#view.querySelector(what); }

  // What was being typed comes back. A reply that was sent and never acknowledged goes once more, under its own id; but
  // whoever just chose to replay a moment sees it first: it may have been meant for another one.
  #prepare(afresh) {
    this.#box.value = tab.get(this.#draftKey) ?? "";
    this.#measure();
    const kept = this.#find("[data-draft]")?.dataset;
    const sent = tab.get(this.#sentKey) ?? (kept && { text: kept.text, message_id: kept.message });
    if (!sent) return;
    const known = [...this.#view.querySelectorAll("[data-message]:not([data-draft])")].some((one) => one.dataset.message === sent.message_id);
    if (known) tab.drop(this.#sentKey);
    else if (afresh) this.#send(sent, this.#pending(sent.text));
    else this.#failed(sent, "", this.#pending(sent.text));
  }

  #forget() {
    tab.drop(this.#draftKey);
    tab.drop(this.#sentKey);
  }

  #typed() {
    if (!this.#box) return;
    this.#measure();
    this.#say("");
    if (this.#box.value) tab.put(this.#draftKey, this.#box.value); else tab.drop(this.#draftKey);
  }

  #measure() {
    const count = this.#find("#count"), length = [...this.#box.value].length, max = Number(count.dataset.max);
    count.textContent = length > max * 0.75 ? `${length} / ${max}` : "";
    count.toggleAttribute("data-over", length > max);
    this.#box.style.height = "auto";
    this.#box.style.height = `${this.#box.scrollHeight}px`;
  }

  #pressed(event) {
    if (event.target !== this.#box || event.key !== "Enter" || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || (!event.shiftKey && matchMedia("(hover: hover)").matches)) {
      event.preventDefault();
      this.#submit();
    }
  }

  async #submit() {
    if (this.#busy) return;
    if (this.#waiting) return this.#waiting(); // one after the other: what stands in the box stays there
    const sent = { text: this.#box.value, message_id: newId() };
    tab.put(this.#sentKey, sent);
    this.#box.value = "";
    tab.drop(this.#draftKey);
    this.#measure();
    await this.#send(sent, this.#pending(sent.text));
  }

  async #send(sent, shown) {
    const drill = this.#drill;
    this.#busy = true;
    this.#waiting = null;
    const told = await this.#ask("POST", `drills/${drill}/replies`, sent);
    this.#busy = false;
    if (told.ok || told.status === UNFIT || told.status === MOVED) tab.drop(`sent.${drill}`);
    if (!shown.isConnected) return; // the element shows something else by now
    if (told.status === MOVED) await this.#load("GET", `drills/${drill}`);
    else if (told.ok) await this.#taken(told, shown);
    else if (told.status === UNFIT) this.#refused(sent, told.text, shown);
    else this.#failed(sent, told.status ? told.text : "", shown);
  }

  async #taken(told, shown) {
    const fresh = parts(told.html), moment = fresh.querySelector(".moment"), ending = fresh.querySelector(".ending");
    const before = this.#view.querySelectorAll("article[data-position]").length;
    // Another tab has moved the drill on: what is on screen is not the whole story.
    if (told.position !== before + 1) return this.#load("GET", `drills/${this.#drill}`);
    shown.replaceWith(moment);
    for (const old of this.#view.querySelectorAll("[data-taken-back], [data-draft]")) old.remove();
    this.#find("[data-hints]").replaceChildren();
    this.#find("[data-brief]").open = false;
    const mood = moment.querySelector(".line .mood");
    this.#find("[data-mood]").replaceChildren(mood.cloneNode(true));
    const headline = moment.querySelector("[data-headline]")?.textContent ?? "";
    this.#announce(`${moment.querySelector(".line p").textContent} ${this.#page.now} ${mood.textContent}. ${headline}`);
    if (ending) {
      this.#find(".answer").replaceWith(ending);
      this.#forget();
      ending.querySelector("[tabindex]").focus({ preventScroll: true });
      this.#tell("visavis-end", { drill: told.drill });
    } else this.#box.focus({ preventScroll: true });
    moment.scrollIntoView({ block: "start" });
  }

  // The room words what is wrong with a text, and the text comes back to be mended.
  #refused(sent, words, shown) {
    shown.remove();
    this.#box.value = sent.text;
    this.#typed();
    this.#say(words);
    this.#box.focus();
  }

  // The reply stays on screen, with a button that sends the very same message again.
  #failed(sent, words, shown) {
    const kept = element("div", "kept");
    const again = element("button", "plain", this.#page.again);
    again.type = "button";
    this.#waiting = () => { shown.remove(); return this.#send(sent, this.#pending(sent.text)); };
    again.addEventListener("click", () => this.#waiting?.());
    kept.append(element("p", "", words || this.#page.kept), again);
    shown.querySelector(".theirs").replaceWith(kept);
    this.#announce(kept.firstChild.textContent);
    kept.scrollIntoView({ block: "nearest" });
    again.focus({ preventScroll: true });
  }

  #pending(text) {
    const shown = element("div", "moment"), mine = element("div", "bubble mine pending");
    const theirs = element("div", "bubble theirs"), dots = element("span", "typing");
    mine.append(element("span", "who", this.#page.you), element("p", "", text));
    dots.setAttribute("role", "img");
    dots.setAttribute("aria-label", this.#page.typing);
    dots.append(...[0, 1, 2].map(() => element("i")));
    theirs.append(dots);
    shown.append(mine, theirs);
    this.#find(".story").append(shown);
    shown.scrollIntoView({ block: "nearest" });
    return shown;
  }

  #say(words) {
    this.#find("#notice").textContent = words;
    this.#box.toggleAttribute("aria-invalid", Boolean(words));
  }

  #announce(words) {
    this.#live.append(element("p", "", words.replace(/\s+/g, " ").trim()));
    while (this.#live.childElementCount > SPOKEN) this.#live.firstChild.remove();
  }

  // The page learns that something happened, never what was said: practice is private.
  #tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true })); }
}

if (!customElements.get("visavis-chat")) customElements.define("visavis-chat", VisavisChat);
