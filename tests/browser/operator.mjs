// What the shop's operator does meanwhile: the commands of `API_BIN`, for the shop of its variables.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Runs a command to its good end; answers what it said.
export function operate(...command) {
  return execFileSync(process.env.API_BIN, command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

// Issues a gift card; answers its code.
export function giftCard(amount) {
  const code = operate('gift-cards', 'issue', '--amount', amount).trim().split('\n').pop();
  assert.match(code, /^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/);
  return code;
}

// Gives a command a file of this name and text.
export function bring(name, text, ...command) {
  const folder = mkdtempSync(join(tmpdir(), 'cartwright-'));
  try {
    const file = join(folder, name);
    writeFileSync(file, text);
    operate(...(command.length > 0 ? command : ['import']), file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// Has so many of a product, at a price.
export function sell(handle, title, price, stock) {
  const row = [handle, title, 'true', 'active', handle.toUpperCase(), 'shopify', stock, 'deny', price, 'true'];
  const columns =
    'Handle,Title,Published,Status,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Requires Shipping';
  bring('products.csv', `${columns}\n${row.join(',')}\n`);
}
