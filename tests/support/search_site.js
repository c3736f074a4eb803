// What the site's search finds: node search_site.js SITE QUERY… prints a line of JSON per query, the pages in order.
// The worker that Material ships is run as it is; a page's own script would send it the same messages.
const fs = require("fs"), path = require("path"), vm = require("vm");
const [site, ...queries] = process.argv.slice(2);
const workers = path.join(site, "assets", "javascripts", "workers");
const worker = fs.readdirSync(workers).find((name) => name.endsWith(".js"));
let listen, answered;
const scope = { console, URL, TextEncoder, addEventListener: (_, heard) => (listen = heard), postMessage: (m) => answered(m) };
scope.self = scope;
vm.runInNewContext(fs.readFileSync(path.join(workers, worker), "utf8"), scope);
const ask = (message) => new Promise((resolve) => { answered = resolve; listen({ data: message }); });
(async () => {
  const index = JSON.parse(fs.readFileSync(path.join(site, "search", "search_index.json"), "utf8"));
  await ask({ type: 0, data: { ...index, options: { suggest: false } } });
  for (const query of queries) {
    const { data } = await ask({ type: 2, data: query });
    console.log(JSON.stringify(data.items.map(([first]) => first.location)));
  }
})();
