// Pictures one can walk: the map of folders and files, and the calls around a name.
import { get } from "./api.js";
import { counted, el, failure, link, pressable, svg } from "./dom.js";
import { openFile } from "./panel.js";

const WIDTH = 960;

/** Below this width the calls are lists, and the map is high: a wide picture would be too small to read. */
const NARROW = 600;

/** A tree of folders with the rank of what is in them. */
function tree(files, ranks) {
  const root = { name: "", path: "", children: new Map(), weight: 0, file: false };
  const least = Object.values(ranks).reduce((smallest, rank) => Math.min(smallest, rank), 0.001) / 2;
  for (const path of files) {
    let node = root;
    const weight = ranks[path] ?? least;
    node.weight += weight;
    const names = path.split("/");
    names.forEach((name, at) => {
      if (!node.children.has(name)) node.children.set(name, { name, path: names.slice(0, at + 1).join("/"), children: new Map(), weight: 0, file: at === names.length - 1 });
      node = node.children.get(name);
      node.weight += weight;
    });
  }
  return root;
}

/** Rectangles of about square form for weighted items (squarified treemap of Bruls, Huizing and van Wijk, 2000). */
export function squarified(items, x, y, width, height) {
  const out = [];
  let rest = items.map((item) => ({ item, area: 0 }));
  const total = items.reduce((sum, item) => sum + item.weight, 0) || 1;
  for (const entry of rest) entry.area = entry.item.weight / total * width * height;
  const worst = (row, side) => {
    const sum = row.reduce((s, e) => s + e.area, 0);
    return Math.max(...row.map((e) => Math.max(side * side * e.area / (sum * sum), sum * sum / (side * side * e.area))));
  };
  while (rest.length && width > 1 && height > 1) {
    const side = Math.min(width, height);
    const row = [rest[0]];
    while (row.length < rest.length && worst([...row, rest[row.length]], side) <= worst(row, side)) row.push(rest[row.length]);
    const sum = row.reduce((s, e) => s + e.area, 0);
    const thick = sum / side;
    let along = 0;
    for (const { item, area } of row) {
      const long = area / thick;
      out.push(width >= height ? { item, x, y: y + along, width: thick, height: long } : { item, x: x + along, y, width: long, height: thick });
      along += long;
    }
    if (width >= height) { x += thick; width -= thick; } else { y += thick; height -= thick; }
    rest = rest.slice(row.length);
  }
  return out;
}

/** What is in a folder, drawn small into its tile. */
function inside(item, x, y, width, height) {
  if (item.file || width < 90 || height < 80) return null;
  const children = [...item.children.values()].sort((a, b) => b.weight - a.weight).slice(0, 30);
  return squarified(children, x + 8, y + 28, width - 16, height - 36).map((part) => [
    svg("rect", { class: "inner", x: part.x, y: part.y, width: part.width, height: part.height, rx: 4, fill: part.item.file ? "var(--warning)" : "var(--accent)", "fill-opacity": 0.14 }),
    part.width > 60 && part.height > 18 ? svg("text", { class: "small", x: part.x + 6, y: part.y + 14 }, fit(part.item.name, part.width, 6.4)) : null,
  ]);
}

const fit = (text, width, size = 7.4) => (text.length * size > width - 12 ? `${text.slice(0, Math.max(0, Math.floor((width - 20) / size)))}…` : text);

export async function map(place) {
  place.append(el("h2", {}, "Map"), el("p", { class: "hint" }, "The larger, the more the rest of the code depends on it. Choose a folder to enter it, a file to read it."));
  const wait = el("p", { class: "steps" }, "drawing");
  place.append(wait);
  const data = await get("/v1/map").catch((error) => error);
  wait.remove();
  if (data instanceof Error) { place.append(failure(data)); return; }
  const ranks = Object.fromEntries(data.files.map((f) => [f.path, f.rank]));
  const root = tree(data.all_files, ranks);
  const crumbs = el("nav", { class: "crumbs", "aria-label": "Folder" });
  const picture = el("div", {});
  place.append(crumbs, picture);

  function enter(path) {
    let node = root;
    const names = path ? path.split("/") : [];
    for (const name of names) node = node.children.get(name) || node;
    crumbs.replaceChildren(link("all", () => enter("")), ...names.flatMap((name, at) => [" / ", link(name, () => enter(names.slice(0, at + 1).join("/")))]));
    const narrow = picture.clientWidth && picture.clientWidth < NARROW;
    const [wide, high] = narrow ? [480, 560] : [WIDTH, 520];
    const items = [...node.children.values()].sort((a, b) => b.weight - a.weight).slice(0, 60);
    const tiles = squarified(items, 0, 0, wide, high).map(({ item, x, y, width, height }) => {
      const share = item.weight / (items[0]?.weight || 1);
      const tile = pressable(svg("rect", { class: "tile", x, y, width, height, rx: 6, fill: item.file ? "var(--warning)" : "var(--accent)", "fill-opacity": 0.1 + 0.22 * share }),
        `${item.file ? "File" : "Folder"} ${item.path}`, () => (item.file ? openFile(item.path) : enter(item.path)));
      tile.append(svg("title", {}, item.path));
      const label = width > 44 && height > 20 ? svg("text", { x: x + 8, y: y + 19, "font-weight": item.file ? 400 : 600 }, fit(item.file ? item.name : `${item.name}/`, width)) : null;
      return svg("g", {}, tile, label, inside(item, x, y, width, height));
    });
    picture.replaceChildren(svg("svg", { class: "picture", viewBox: `0 0 ${wide} ${high}`, role: "group", "aria-label": `Map of ${node.path || "the repository"}` }, tiles));
  }
  enter("");
  const list = (title, entries) => entries.length ? [el("h3", {}, title), el("ul", { class: "plain" }, entries)] : "";
  place.append(...[list("Where a program begins", data.entry_points.map((entry) => el("li", {}, link(entry.path, () => openFile(entry.path), { class: "link path" }), el("span", { class: "quiet" }, ` ${entry.reason}`)))),
    list("Folders", data.folders.map((f) => el("li", {}, el("span", { class: "path" }, `${f.path}/`), " ", el("span", { class: "quiet" }, [f.about, f.uses.length ? `uses ${f.uses.join(", ")}` : ""].filter(Boolean).join("; "))))),
    list("Main types", data.types.map((t) => el("li", {}, link(t.name, () => openFile(t.path, t.line, t.line, t.name), { class: "link path" }), el("span", { class: "quiet" }, ` ${t.kind} in ${t.path}`)))),
    list("Most used", data.files.slice(0, 12).map((f) => el("li", {}, link(f.path, () => openFile(f.path), { class: "link path" }), el("span", { class: "quiet" }, ` ${[...new Set(f.definitions.map((d) => d.name))].slice(0, 3).join(", ")}`))))].flat().filter(Boolean));
}

/** Nodes of a column: [{label, title, action}] at x, spread over the height. */
function column(nodes, x, width, height, side) {
  return nodes.map((node, at) => {
    const y = height * (at + 1) / (nodes.length + 1);
    const box = pressable(svg("rect", { class: "node", x, y: y - 17, width, height: 34, rx: 8 }), node.title, node.action);
    box.append(svg("title", {}, node.title));
    return { y, edge: side < 0 ? x + width : x, resolved: node.resolved, shape: svg("g", {}, box, svg("text", { x: x + 10, y: y + 5 }, fit(node.label, width, 7.2))) };
  });
}

export async function symbol(place, name) {
  const input = el("input", { id: "name", required: true, placeholder: "checkout or Session.get", value: name || undefined });
  place.append(el("h2", {}, "Calls"), el("p", { class: "hint" }, "What uses a name, and what it calls. Choose a name to go on from there."),
    el("form", { onsubmit: (event) => { event.preventDefault(); location.hash = `#symbol/${encodeURIComponent(input.value.trim())}`; } },
      el("div", { class: "row" }, el("div", { class: "field grow" }, el("label", { for: "name" }, "Name"), input), el("button", { class: "primary" }, "Show"))));
  if (!name) { input.focus({ preventScroll: true }); return; }
  const wait = el("p", { class: "steps" }, "looking");
  place.append(wait);
  const known = await get("/v1/symbols", { name, limit: 60 }).catch((error) => error);
  wait.remove();
  if (known instanceof Error) { place.append(failure(known)); return; }
  const first = known.definitions[0];
  if (!first) { place.append(el("p", { class: "notice" }, `${name} is not defined in this repository.`)); return; }
  const go = (to) => () => { location.hash = `#symbol/${encodeURIComponent(to)}`; };
  const callers = new Map();
  for (const use of known.callers.uses) {
    const label = use.by || use.path.split("/").pop();
    const before = callers.get(label);
    callers.set(label, { label, title: `${label}, ${use.path}:${use.line}, ${use.resolution}`, resolved: before?.resolved || use.resolution === "resolved", action: use.by ? go(use.by) : () => openFile(use.path, use.line) });
  }
  const callees = new Map(known.callees.filter((c) => c.definition).map((c) => [c.definition.qualified_name, { label: c.definition.qualified_name, title: `${c.definition.qualified_name}, ${c.definition.path}:${c.definition.start_line}, ${c.resolution}`, resolved: c.resolution === "resolved", action: go(c.definition.qualified_name) }]));
  const left = [...callers.values()].slice(0, 12);
  const right = [...callees.values()].slice(0, 12);
  if (place.clientWidth && place.clientWidth < NARROW) {
    const names = (title, nodes) => [el("h3", {}, title), nodes.length ? el("ul", { class: "plain" }, nodes.map((n) => el("li", {}, link(n.label, n.action, { class: "link path" }), el("span", { class: "quiet" }, n.resolved ? "" : " by name")))) : el("p", { class: "quiet" }, "none")];
    place.append(el("p", {}, link(`Open ${first.path}:${first.start_line}`, () => openFile(first.path, first.start_line, first.end_line), { class: "link path" })), ...names("Used by", left), ...names("Calls", right));
    details(place, known);
    return;
  }
  const height = Math.max(140, 46 * Math.max(left.length, right.length, 1) + 30);
  const sides = [...column(left, 0, 270, height, -1), ...column(right, 690, 270, height, 1)];
  const edges = sides.map((node) => {
    const [from, to] = node.edge < WIDTH / 2 ? [node.edge, 350] : [610, node.edge];
    const [y1, y2] = node.edge < WIDTH / 2 ? [node.y, height / 2] : [height / 2, node.y];
    return svg("path", { class: node.resolved ? "edge resolved" : "edge", d: `M${from} ${y1}C${from + 50} ${y1} ${to - 50} ${y2} ${to} ${y2}` });
  });
  const centre = pressable(svg("rect", { class: "node centre", x: 350, y: height / 2 - 22, width: 260, height: 44, rx: 10 }), `Open ${first.path}`, () => openFile(first.path, first.start_line, first.end_line));
  place.append(el("div", { class: "scroller", tabindex: "0", role: "group", "aria-label": "Picture of the calls" },
    svg("svg", { class: "picture", viewBox: `0 0 ${WIDTH} ${height}`, role: "group", "aria-label": `Calls around ${first.qualified_name}` }, edges, sides.map((n) => n.shape), centre,
      svg("text", { x: 480, y: height / 2 + 5, "text-anchor": "middle", "font-weight": 650 }, fit(first.qualified_name, 260)))));
  place.append(el("p", { class: "quiet" }, "Coloured lines are resolved by imports and types, grey ones matched by name."));
  details(place, known);
}

/** Every use and test of a name. */
function details(place, known) {
  const others = known.definitions.slice(1);
  place.append(el("p", { class: "quiet" }, `${counted(known.callers.uses.length, "use")}${known.callers.more ? " and more" : ""}, ${counted(known.callees.length, "call")}.`),
    others.length ? el("p", {}, "Also defined at ", others.slice(0, 8).map((d) => [link(`${d.path}:${d.start_line}`, () => openFile(d.path, d.start_line, d.end_line), { class: "link path" }), " "])) : "",
    el("h3", {}, "Uses"), el("ul", { class: "plain" }, known.callers.uses.slice(0, 40).map((u) => el("li", {}, link(`${u.path}:${u.line}`, () => openFile(u.path, u.line), { class: "link path" }), el("span", { class: "quiet" }, ` ${u.kind}${u.by ? ` in ${u.by}` : ""}, ${u.resolution}`)))));
  if (known.tests.tests.length) place.append(el("h3", {}, "Tests that reach it"), el("ul", { class: "plain" }, known.tests.tests.slice(0, 20).map((t) => el("li", {}, link(`${t.path}:${t.line}`, () => openFile(t.path, t.line), { class: "link path" }), ` ${t.name}`))));
}
