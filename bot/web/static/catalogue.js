// Finding a situation without leaving the page. Without this file the form does the same with a button.

const form = document.querySelector("#filters"), found = document.querySelector("#found");
const count = document.querySelector("#count"), clear = document.querySelector("#clear");
const PAUSE = 250; // milliseconds without typing
let waiting = 0, latest = 0;

function address() {
  const place = new URL(form.action);
  place.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
  return place;
}

async function look() {
  clearTimeout(waiting);
  const mine = ++latest, place = address();
  let answer, html;
  try { answer = await fetch(place); html = await answer.text(); } catch { return; /* offline: what is there stays */ }
  if (mine !== latest) return; // something else was asked for meanwhile
  if (!answer.ok || answer.redirected) return location.assign(place);
  const fresh = new DOMParser().parseFromString(html, "text/html");
  found.replaceChildren(...fresh.querySelector("#found").childNodes);
  count.textContent = fresh.querySelector("#count").textContent;
  clear.hidden = fresh.querySelector("#clear").hidden;
  history.replaceState(null, "", place);
}

form.classList.add("live");
form.addEventListener("input", (event) => {
  clearTimeout(waiting);
  waiting = setTimeout(look, event.target.tagName === "SELECT" ? 0 : PAUSE);
});
form.addEventListener("submit", (event) => { event.preventDefault(); look(); });
