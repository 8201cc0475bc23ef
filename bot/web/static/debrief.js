// The debrief works without this file. With it: a print button, and paper that shows what is folded on the screen.

const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => window.print());

let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("main details:not([open]):not(.breathing)")];
  for (const one of folded) one.open = true;
});
addEventListener("afterprint", () => { for (const one of folded) one.open = false; });
