// Prints what a visitor downloads, and fails if a compressed program is larger than it may be.
// Usage: node size.mjs <folder of the built page>

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { argv, exit } from "node:process";
import { brotliCompressSync } from "node:zlib";

const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

// Every protocol of the catalogue is in the page and in the program of long work, so that both may grow with it.
const protocols = readdirSync(new URL("../../crates/core/src/protocols", import.meta.url), { withFileTypes: true }).filter(
  (entry) => entry.isDirectory(),
).length;

// In KB with brotli: what is there without a protocol, and what each may add. The page's program is what everybody waits
// for; that of long work is fetched only when somebody asks for a search, and is built for speed; those of the sandbox
// and of the ring belong to pages of their own.
const LIMITS = [
  { name: "the page's program", file: /^lightcone-web-.*\.wasm$/, most: 420 + 20 * protocols },
  { name: "the program of long work", file: /^lightcone-jobs_bg\.wasm$/, most: 248 + 42 * protocols },
  { name: "the program of the sandbox", file: /^lightcone-sandbox_bg\.wasm$/, most: 226 },
  { name: "the program of the ring", file: /^lightcone-ring_bg\.wasm$/, most: 110 },
];

const folder = argv[2];
const sizes = new Map();
for (const name of readdirSync(folder).filter((name) => /\.(wasm|js|css|html)$/.test(name)).sort()) {
  const bytes = readFileSync(join(folder, name));
  sizes.set(name, brotliCompressSync(bytes).length);
  console.log(`${name}: ${kilobytes(bytes.length)}, ${kilobytes(sizes.get(name))} with brotli`);
}
let failed = false;
for (const { name, file, most } of LIMITS) {
  const found = [...sizes].find(([path]) => file.test(path));
  if (found !== undefined && found[1] <= most * 1024) continue;
  failed = true;
  console.error(`${name} is ${found ? kilobytes(found[1]) : "not there"} with brotli; at most ${most} KB is wanted`);
}
exit(failed ? 1 : 0);
