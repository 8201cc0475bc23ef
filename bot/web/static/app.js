// The page works without this file. With it, a reply is sent without leaving the page and nothing typed is lost.
// No words here: everything people read comes from the templates.

const PREFIX = "visavis.";
const RESET = 205, STALE = 403, UNFIT = 422;

const shelf = {
  get: (key) => { try { return JSON.parse(localStorage.getItem(PREFIX + key)); } catch { return null; } },
  put: (key, value) => { try { localStorage.setItem(PREFIX + key, JSON.stringify(value)); } catch { /* full or forbidden */ } },
  drop: (key) => { try { localStorage.removeItem(PREFIX + key); } catch { /* forbidden */ } },
  clear: () => { for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key); },
};

// randomUUID needs HTTPS or localhost; a room on an office network may have neither.
const newId = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function post(form, fields = new FormData(form)) {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "X-Requested-With": "fetch" },
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
    this.keep();
    this.keys();
    this.hints();
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    page.querySelector(".kept")?.addEventListener("submit", (event) => { event.preventDefault(); this.resend(event.target); });
    this.recover();
    if (this.story.querySelector("[data-position]") || location.hash === "#answer") this.scroll();
  }

  get draftKey() { return `draft.${this.id}`; }
  get sentKey() { return `sent.${this.id}`; }

  // What is being typed survives a reload.
  keep() {
    if (!this.box.value) this.box.value = shelf.get(this.draftKey) ?? "";
    const look = () => {
      const length = [...this.box.value].length, max = Number(this.count.dataset.max);
      this.count.textContent = length > max * 0.75 ? `${length} / ${max}` : "";
      this.count.toggleAttribute("data-over", length > max);
      this.box.style.height = "auto";
      this.box.style.height = `${this.box.scrollHeight}px`;
    };
    this.box.addEventListener("input", () => {
      look();
      this.say("");
      if (this.box.value) shelf.put(this.draftKey, this.box.value); else shelf.drop(this.draftKey);
    });
    this.look = look;
    look();
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

  hints() {
    const form = this.page.querySelector("#hinting");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("button");
      button.disabled = true;
      try {
        const answer = await post(form);
        if (answer.ok) {
          const shown = parts(answer.html);
          this.announce(shown.textContent);
          this.page.querySelector("#hints").append(shown);
        } else this.say(parts(answer.html).textContent);
      } catch { form.submit(); }
      button.disabled = false;
      this.box.focus();
    });
  }

  async submit() {
    if (this.busy) return;
    const text = this.box.value, length = [...text].length;
    if (!text.trim() || length > Number(this.count.dataset.max)) return this.ask(text);
    const sent = { text, message_id: newId() };
    shelf.put(this.sentKey, sent);
    this.box.value = "";
    shelf.drop(this.draftKey);
    this.look();
    await this.send(sent, this.pending(text));
  }

  // The server words what is wrong with a text, so that it is said in one place.
  async ask(text) {
    const fields = new FormData(this.form);
    fields.set("text", text.trim() ? text : "");
    try { this.say(parts((await post(this.form, fields)).html).textContent.trim()); } catch { this.box.reportValidity(); }
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
    const fields = new FormData(this.form);
    fields.set("text", sent.text);
    fields.set("message_id", sent.message_id);
    let answer;
    try { answer = await post(this.form, fields); } catch { answer = { ok: false, status: 0, html: "" }; }
    this.busy = false;
    if (answer.status === RESET) return shelf.drop(this.sentKey), location.reload();
    // The session is another one: a fresh page has its token, and sends what was kept.
    if (answer.status === STALE && !afresh) return location.reload();
    if (answer.ok) this.taken(answer.html, shown);
    else if (answer.status === UNFIT) this.refused(sent, answer.html, shown);
    else this.failed(sent, answer.html, shown);
  }

  taken(html, shown) {
    shelf.drop(this.sentKey);
    const fresh = parts(html), moment = fresh.querySelector(".moment"), ending = fresh.querySelector(".ending");
    const before = [...this.story.querySelectorAll("[data-position]")].length;
    // Another tab has moved the drill on: what is on screen is not the whole story.
    if (Number(moment.dataset.position) !== before + 1) return location.reload();
    shown.replaceWith(moment);
    this.page.querySelectorAll(".kept, .taken-back").forEach((old) => old.remove());
    this.page.querySelector("#hints")?.replaceChildren();
    const line = moment.querySelector(".line"), mood = moment.querySelector(".line .mood");
    this.page.querySelector("#mood").replaceChildren(mood.cloneNode(true));
    this.announce([line.querySelector("p").textContent, `${this.page.dataset.now} ${mood.textContent}.`, moment.querySelector("[data-headline]").textContent].join(" "));
    if (ending) {
      this.page.querySelector("#answer").replaceWith(ending);
      this.page.querySelectorAll(".bar .pop:not(#brief)").forEach((tool) => tool.remove());
      ending.focus({ preventScroll: true });
    } else this.box.focus({ preventScroll: true });
    moment.scrollIntoView({ block: "start", behavior: "smooth" });
  }

  refused(sent, html, shown) {
    shelf.drop(this.sentKey);
    shown.remove();
    this.box.value = sent.text;
    this.look();
    this.say(parts(html).textContent.trim());
    this.box.focus();
  }

  // The reply stays on screen, with a button that sends the very same message again.
  failed(sent, html, shown) {
    shown.querySelector(".line")?.remove();
    shown.querySelector(".kept")?.remove();
    const kept = element("div", "kept");
    const words = parts(html).textContent.trim() || this.page.dataset.kept;
    const again = element("button", "", this.page.dataset.again);
    again.type = "button";
    again.addEventListener("click", () => { shown.remove(); this.send(sent, this.pending(sent.text)); });
    kept.append(element("p", "", words), again);
    shown.querySelector(".exchange").append(kept);
    this.announce(words);
    kept.scrollIntoView({ block: "center" });
    again.focus({ preventScroll: true });
  }

  async resend(form) {
    const sent = { text: form.elements.text.value, message_id: form.elements.message_id.value };
    form.remove();
    shelf.put(this.sentKey, sent);
    await this.send(sent, this.pending(sent.text));
  }

  // A reply sent before a reload or a lost network, and never acknowledged, goes once more under its own id.
  recover() {
    const sent = shelf.get(this.sentKey);
    if (!sent) return;
    const known = [...this.story.querySelectorAll("[data-message]")].some((one) => one.dataset.message === sent.message_id);
    if (known) return shelf.drop(this.sentKey);
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

// A panel opens and closes with its key, closes on Escape, and gives the focus back.
for (const panel of document.querySelectorAll("details.pop")) {
  let from = null;
  const close = () => { panel.open = false; from?.focus(); };
  document.addEventListener("keydown", (event) => {
    if (event.key === panel.dataset.key) {
      event.preventDefault();
      if (panel.open) return close();
      from = document.activeElement;
      panel.open = true;
      panel.querySelector("summary").focus();
    } else if (event.key === "Escape" && panel.open) { from ??= panel.querySelector("summary"); close(); }
  });
  document.addEventListener("click", (event) => { if (!panel.contains(event.target)) panel.open = false; });
}

// Whoever signs out leaves nothing behind on a shared computer.
document.querySelector("form[data-forget]")?.addEventListener("submit", () => shelf.clear());
