"use strict";
// The page is whole without this. It lets the drawing be moved, filtered and followed, and opens what a link leads to.
(() => {
  const root = document.documentElement;
  root.classList.add("live");
  const drawings = [...document.querySelectorAll(".drawing")];
  const choice = document.getElementById("what");
  const views = new Map(); // of each drawing: its whole, and what of it is seen
  const legible = 0.9; // at first, text is shown at no less than this scale
  let cameFrom = null; // the box in the drawing, or the button, that was followed

  const svgOf = (drawing) => drawing.querySelector("svg");

  function viewOf(drawing) {
    if (!views.has(drawing)) {
      const whole = svgOf(drawing).viewBox.baseVal;
      views.set(drawing, { whole: { x: whole.x, y: whole.y, w: whole.width, h: whole.height }, seen: null });
    }
    return views.get(drawing);
  }

  function show(drawing, seen) {
    const view = viewOf(drawing);
    const w = Math.min(Math.max(seen.w, 60), view.whole.w * 3);
    const h = (seen.h * w) / seen.w;
    view.seen = { x: seen.x, y: seen.y, w, h };
    svgOf(drawing).setAttribute("viewBox", `${seen.x} ${seen.y} ${w} ${h}`);
  }

  const fit = (drawing) => show(drawing, viewOf(drawing).whole);

  // What was asked for stands at the top or at the left: begin there, at a size that can be read.
  function begin(drawing) {
    const { whole } = viewOf(drawing);
    const box = drawing.getBoundingClientRect();
    if (!box.width) return;
    if (Math.min(box.width / whole.w, box.height / whole.h) >= legible) return fit(drawing);
    const w = box.width / legible, h = box.height / legible;
    const asked = svgOf(drawing).querySelector(".node.asked");
    const at = asked ? centre(drawing, asked) : { x: whole.x + w / 2, y: whole.y + h / 2 };
    const held = (value, start, length, room) => length <= room ? start - (room - length) / 2
      : Math.min(Math.max(value, start), start + length - room);
    show(drawing, {
      x: held(at.x - w / 2, whole.x, whole.w, w), y: held(at.y - h / 2, whole.y, whole.h, h), w, h,
    });
  }

  function centre(drawing, element) {
    const svg = svgOf(drawing), box = element.getBBox();
    const point = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2);
    return point.matrixTransform(svg.getScreenCTM().inverse().multiply(element.getScreenCTM()));
  }

  function zoom(drawing, factor, at) {
    const { seen } = viewOf(drawing);
    if (!seen) return;
    const about = at || { x: seen.x + seen.w / 2, y: seen.y + seen.h / 2 };
    show(drawing, {
      x: about.x - (about.x - seen.x) * factor, y: about.y - (about.y - seen.y) * factor,
      w: seen.w * factor, h: seen.h * factor,
    });
  }

  function move(drawing, right, down) {
    const { seen } = viewOf(drawing);
    if (seen) show(drawing, { ...seen, x: seen.x + right * seen.w, y: seen.y + down * seen.h });
  }

  function pick(id) {
    for (const drawing of drawings) drawing.hidden = drawing.id !== id;
    const drawing = document.getElementById(id);
    if (choice) choice.value = id;
    if (!viewOf(drawing).seen) begin(drawing);
    return drawing;
  }

  const current = () => drawings.find((drawing) => !drawing.hidden);

  function atPointer(drawing, event) {
    const matrix = svgOf(drawing).getScreenCTM().inverse();
    return new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
  }

  function follow(drawing) {
    const down = new Map(); // pointers that are down, where they were last
    let moved = 0;
    drawing.addEventListener("pointerdown", (event) => {
      down.set(event.pointerId, atPointer(drawing, event));
      if (down.size === 1) moved = 0;
    });
    drawing.addEventListener("pointermove", (event) => {
      const last = down.get(event.pointerId);
      if (!last) return;
      const now = atPointer(drawing, event), { seen } = viewOf(drawing);
      const other = [...down].find(([id]) => id !== event.pointerId);
      moved += Math.abs(event.movementX) + Math.abs(event.movementY);
      if (moved > 6 && !drawing.hasPointerCapture(event.pointerId)) drawing.setPointerCapture(event.pointerId);
      if (other) {
        const before = Math.hypot(last.x - other[1].x, last.y - other[1].y);
        const after = Math.hypot(now.x - other[1].x, now.y - other[1].y);
        if (before > 0 && after > 0) zoom(drawing, before / after, other[1]);
      } else {
        show(drawing, { ...seen, x: seen.x + last.x - now.x, y: seen.y + last.y - now.y });
      }
      down.set(event.pointerId, atPointer(drawing, event));
    });
    for (const ended of ["pointerup", "pointercancel"])
      drawing.addEventListener(ended, (event) => down.delete(event.pointerId));
    drawing.addEventListener("click", (event) => { if (moved > 6) event.preventDefault(); }, true);
    drawing.addEventListener("dragstart", (event) => event.preventDefault());
    drawing.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return; // the page scrolls
      event.preventDefault();
      zoom(drawing, event.deltaY > 0 ? 1.15 : 1 / 1.15, atPointer(drawing, event));
    }, { passive: false });
    drawing.addEventListener("keydown", (event) => keys(drawing, event));
    drawing.addEventListener("focusin", (event) => {
      const link = event.target.closest("a");
      if (!link || !link.matches(":focus-visible")) return;
      const { seen } = viewOf(drawing), at = centre(drawing, link);
      show(drawing, { ...seen, x: at.x - seen.w / 2, y: at.y - seen.h / 2 });
    });
  }

  function keys(drawing, event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const does = {
      ArrowLeft: () => move(drawing, -0.1, 0), ArrowRight: () => move(drawing, 0.1, 0),
      ArrowUp: () => move(drawing, 0, -0.1), ArrowDown: () => move(drawing, 0, 0.1),
      "+": () => zoom(drawing, 1 / 1.25), "=": () => zoom(drawing, 1 / 1.25), "-": () => zoom(drawing, 1.25),
      "0": () => fit(drawing),
    }[event.key];
    if (does) { event.preventDefault(); does(); }
  }

  // A link inside of the page opens what it leads to, and takes the focus there.
  function reveal(id) {
    const target = id && document.getElementById(id);
    if (!target) return;
    for (let inside = target; inside; inside = inside.parentElement)
      if (inside instanceof HTMLDetailsElement) inside.open = true;
    if (target instanceof HTMLDetailsElement) target.querySelector("summary").focus();
    else if (target.tabIndex >= -1 && target.hasAttribute("tabindex")) target.focus();
    target.scrollIntoView({ block: "start" });
  }
  const named = () => decodeURIComponent(location.hash.slice(1));
  addEventListener("hashchange", () => reveal(named()));
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a");
    const address = link && link.getAttribute("href");
    if (!address || !address.startsWith("#")) return;
    cameFrom = link;
    if (address === location.hash) reveal(named());
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !cameFrom) return;
    const back = cameFrom;
    cameFrom = null;
    for (let inside = back; inside; inside = inside.parentElement)
      if (inside instanceof HTMLDetailsElement && !inside.contains(document.activeElement)) inside.open = true;
    back.focus();
    (back.closest(".drawing") || back).scrollIntoView({ block: "nearest" });
  });

  for (const drawing of drawings) follow(drawing);
  if (choice) choice.addEventListener("change", () => pick(choice.value));
  for (const button of document.querySelectorAll("[data-view]"))
    button.addEventListener("click", () => {
      const does = { in: (one) => zoom(one, 1 / 1.25), out: (one) => zoom(one, 1.25), fit };
      does[button.dataset.view](current());
    });
  for (const button of document.querySelectorAll("[data-draw]"))
    button.addEventListener("click", () => {
      const option = [...choice.options].find((one) => one.dataset.place === button.dataset.draw);
      if (!option) return;
      choice.scrollIntoView({ block: "start" });
      pick(option.value).focus({ preventScroll: true });
      cameFrom = button;
    });
  if (drawings.length) pick(drawings[0].id);

  // For browsers that cannot show what is closed when they print.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const details of closed) details.open = true;
  });
  addEventListener("afterprint", () => { for (const details of closed) details.open = false; });

  if (location.hash) reveal(named());
})();
