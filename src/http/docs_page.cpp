#include "http/docs_page.h"

namespace omnify::http {

const std::string_view kDocsHtml = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/api/docs/docs.css">
<script src="/api/docs/docs.js" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to the operations</a>
<header>
<h1>{title}</h1>
<p id="about">The document itself: <a href="/api/openapi.json">openapi.json</a></p>
<label for="filter">Find an operation</label>
<input id="filter" type="search" autocomplete="off" placeholder="path, name or permission">
<p id="count" role="status"></p>
</header>
<nav id="sections" aria-label="Sections"></nav>
<main id="main">
<noscript><p>This page needs JavaScript. The same information is in <a href="/api/openapi.json">openapi.json</a>.</p></noscript>
<div id="operations"></div>
<section aria-labelledby="problems">
<h2 id="problems">Problems</h2>
<p>Every failure is <code>application/problem+json</code> (RFC 9457): type, title, status, detail, request_id, and
errors[] with a JSON pointer or the name of a parameter for each refused value.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Table of problems">
<table>
<thead><tr><th scope="col">Type</th><th scope="col">Status</th><th scope="col">Title</th><th scope="col">Try again?</th></tr></thead>
<tbody>
{problems}</tbody>
</table>
</div>
</section>
</main>
</body>
</html>
)html";

const std::string_view kDocsStyle = R"css(:root {
  color-scheme: light dark;
  --text: #1c2330; --quiet: #525c6e; --page: #ffffff; --card: #f5f7fa; --line: #cfd6e1; --link: #1a4fb4;
  --get: #0b6b46; --change: #8a4b00; --remove: #a3212b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e8ecf3; --quiet: #a9b4c6; --page: #12161e; --card: #1b212c; --line: #39435a; --link: #8db7ff;
    --get: #6fdcae; --change: #ffc078; --remove: #ff9da4;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1.5rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--text);
  background: var(--page); }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 0.75rem; }
h3 { font-size: 1rem; margin: 1rem 0 0.25rem; }
p { margin: 0.25rem 0 0.75rem; }
a { color: var(--link); }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 0.9rem; }
label { display: block; font-weight: 600; margin-top: 1rem; }
input { width: 100%; max-width: 30rem; padding: 0.5rem 0.75rem; font: inherit; color: inherit; background: var(--page);
  border: 1px solid var(--quiet); border-radius: 0.4rem; }
::placeholder { color: var(--quiet); opacity: 1; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { position: static; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; margin: 1rem 0; padding: 0; }
details { border: 1px solid var(--line); border-radius: 0.5rem; margin: 0.5rem 0; background: var(--card); }
summary { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; align-items: baseline; padding: 0.6rem 0.9rem;
  cursor: pointer; }
summary::before { content: "+"; width: 0.75rem; color: var(--quiet); }
details[open] > summary::before { content: "−"; }
.inside { padding: 0 0.9rem 0.9rem; }
.method { font-weight: 700; min-width: 5rem; }
.method.get { color: var(--get); }
.method.post, .method.put, .method.patch { color: var(--change); }
.method.delete { color: var(--remove); }
.path { overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.75rem 0.35rem 0; border-bottom: 1px solid var(--line); }
pre { margin: 0; padding: 0.75rem; overflow-x: auto; background: var(--page); border: 1px solid var(--line);
  border-radius: 0.4rem; }
tr:target { outline: 2px solid var(--link); }
)css";

const std::string_view kDocsScript = R"js("use strict";

const methods = ["get", "post", "put", "patch", "delete"];

function element(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function resolve(spec, value) {
  const seen = new Set();
  while (value && value.$ref && !seen.has(value.$ref)) {
    seen.add(value.$ref);
    value = value.$ref.slice(2).split("/").reduce((at, key) => at && at[key.replace(/~1/g, "/")], spec);
  }
  return value || {};
}

function short(schema) {
  if (!schema) return "string";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf || schema.oneOf) return (schema.anyOf || schema.oneOf).map(short).join(" | ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.type === "array") return short(schema.items) + "[]";
  const type = Array.isArray(schema.type) ? schema.type.join(" | ") : schema.type || "any";
  return schema.format ? type + " (" + schema.format + ")" : type;
}

// The shape of a schema as indented text; a type that contains itself ends at its name.
function outline(spec, schema, indent, inside) {
  const name = schema && schema.$ref ? schema.$ref.split("/").pop() : "";
  if (name && inside.includes(name)) return name;
  const nested = name ? inside.concat(name) : inside;
  const full = resolve(spec, schema);
  const choices = full.anyOf || full.oneOf;
  if (choices) return choices.map((choice) => outline(spec, choice, indent, nested)).join(" | ");
  if (full.type === "array") return "[" + outline(spec, full.items, indent, nested) + "]";
  if (!full.properties) {
    if (full.additionalProperties && typeof full.additionalProperties === "object") {
      return "{ [key]: " + outline(spec, full.additionalProperties, indent, nested) + " }";
    }
    return short(full);
  }
  const required = full.required || [];
  const lines = Object.entries(full.properties).map(([key, value]) =>
    indent + "  " + key + (required.includes(key) ? "" : "?") + ": " + outline(spec, value, indent + "  ", nested));
  return "{\n" + lines.join("\n") + "\n" + indent + "}";
}

function content(spec, holder) {
  return Object.entries(holder.content || {}).map(([media, entry]) => element("div", {},
    element("p", { class: "quiet" }, media),
    element("pre", { tabindex: "0" }, outline(spec, entry.schema || {}, "", []))));
}

function table(headings, rows, label) {
  const head = element("tr", {}, ...headings.map((text) => element("th", { scope: "col" }, text)));
  const body = rows.map((cells) => element("tr", {}, ...cells.map((cell) => element("td", {}, cell))));
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label },
    element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)));
}

function parameters(operation) {
  const rows = (operation.parameters || []).map((parameter) => [
    element("code", {}, parameter.name), parameter.in, short(parameter.schema),
    parameter.required ? "yes" : "no", parameter.description || ""]);
  if (rows.length === 0) return [];
  return [element("h3", {}, "Parameters"),
    table(["Name", "In", "Type", "Required", "Meaning"], rows, "Parameters of " + operation.operationId)];
}

function responses(spec, operation) {
  const parts = [element("h3", {}, "Responses")];
  const problems = [];
  for (const [status, entry] of Object.entries(operation.responses || {})) {
    const response = resolve(spec, entry);
    if (entry.$ref) {
      problems.push(status);
      continue;
    }
    parts.push(element("p", {}, element("strong", {}, status), " ", response.description || ""));
    parts.push(...content(spec, response));
  }
  if (problems.length > 0) {
    parts.push(element("p", {}, element("strong", {}, problems.join(", ")), " a ",
      element("a", { href: "#problems" }, "problem")));
  }
  return parts;
}

function card(spec, path, method, operation) {
  const permission = operation["x-permission"];
  const body = operation.requestBody;
  const summary = element("summary", {},
    element("span", { class: "method " + method }, method.toUpperCase()),
    element("code", { class: "path" }, path),
    element("span", {}, operation.summary || ""));
  const inside = element("div", { class: "inside" },
    element("p", {}, operation.description || ""),
    element("p", { class: "quiet" }, operation.operationId + " · " +
      (permission ? "needs the permission " + permission : "public")),
    ...parameters(operation),
    ...(body ? [element("h3", {}, "Request body"), ...content(spec, body)] : []),
    ...responses(spec, operation));
  const details = element("details", { id: operation.operationId }, summary, inside);
  details.dataset.words = [path, method, operation.operationId, operation.summary, permission].join(" ").toLowerCase();
  return details;
}

function sections(spec) {
  const byTag = new Map((spec.tags || []).map((tag) => [tag.name, []]));
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const method of methods.filter((name) => item[name])) {
      const tag = (item[method].tags || ["Other"])[0];
      if (!byTag.has(tag)) byTag.set(tag, []);
      byTag.get(tag).push(card(spec, path, method, item[method]));
    }
  }
  return byTag;
}

function show(spec) {
  const operations = document.getElementById("operations");
  const links = element("ul", {});
  for (const [tag, cards] of sections(spec)) {
    const id = "section-" + tag.toLowerCase().replace(/[^a-z0-9]+/g, "-");
    operations.append(element("section", { "aria-labelledby": id }, element("h2", { id }, tag), ...cards));
    links.append(element("li", {}, element("a", { href: "#" + id }, tag)));
  }
  links.append(element("li", {}, element("a", { href: "#problems" }, "Problems")));
  document.getElementById("sections").append(links);
  document.getElementById("about").prepend("Version " + spec.info.version + ". ");
}

function filter() {
  const words = document.getElementById("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const section of document.querySelectorAll("#operations > section")) {
    let here = 0;
    for (const details of section.querySelectorAll("details")) {
      details.hidden = !words.every((word) => details.dataset.words.includes(word));
      here += details.hidden ? 0 : 1;
    }
    section.hidden = here === 0;
    shown += here;
  }
  document.getElementById("count").textContent = shown === 1 ? "1 operation" : shown + " operations";
}

function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  if (target.tagName === "DETAILS") target.open = true;
  target.scrollIntoView();
}

async function start() {
  const response = await fetch("/api/openapi.json");
  if (!response.ok) throw new Error("openapi.json answered " + response.status);
  show(await response.json());
  filter();
  document.getElementById("filter").addEventListener("input", filter);
  window.addEventListener("hashchange", reveal);
  reveal();
}

start().catch((failure) => {
  document.getElementById("count").textContent = "The document could not be loaded: " + failure.message;
});
)js";

}  // namespace omnify::http
