// Prints what a visitor downloads, and fails if the compressed program is larger than the page may be.
// Usage: node size.mjs <folder of the built page>

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { argv, exit } from "node:process";
import { brotliCompressSync } from "node:zlib";

const LIMIT = 450 * 1024;
const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

const folder = argv[2];
let program = 0;
for (const name of readdirSync(folder).filter((name) => /\.(wasm|js|css|html)$/.test(name)).sort()) {
  const bytes = readFileSync(join(folder, name));
  const compressed = brotliCompressSync(bytes).length;
  if (name.endsWith(".wasm")) program += compressed;
  console.log(`${name}: ${kilobytes(bytes.length)}, ${kilobytes(compressed)} with brotli`);
}
if (program === 0 || program > LIMIT) {
  console.error(`the program is ${kilobytes(program)} with brotli; at most ${kilobytes(LIMIT)} is wanted`);
  exit(1);
}
