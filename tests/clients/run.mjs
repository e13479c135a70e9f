// Lets storefront clients that others wrote work with a running demo shop: node run.mjs ADDRESS SCHEMA
//
// ADDRESS is the shop's, SCHEMA the file with our SDL. Each client is used as its own manual says; what one
// cannot read, or reads otherwise than it stands in the shop, fails the run. Prints one line for each client.

import { catalogue } from './catalogue.mjs';
import { hydrogen } from './hydrogen.mjs';
import { purchase } from './purchase.mjs';
import { tries } from './tries.mjs';
import { types } from './types.mjs';

const [address, schema] = process.argv.slice(2);

for (const client of [...catalogue, hydrogen, tries, types, purchase]) {
  console.log(await client({ address, schema }));
}
