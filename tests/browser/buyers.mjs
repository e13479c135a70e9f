// Buys at a running demo shop in a real Chromium, whatever happens meanwhile: node buyers.mjs ADDRESS VAULT FOLDER
//
// ADDRESS is the shop's, VAULT the card vault's; pictures of what was seen go into FOLDER. `API_BIN` has the
// operator's commands, for the shop of the variables that this is started with. Chromium may reach nobody but
// the two, and whatever it complains about fails the walk.

import { german, open, yen } from './abroad.mjs';
import { launch } from './chromium.mjs';
import { partly, wholly } from './gift_cards.mjs';
import { Shop } from './shop.mjs';
import { repriced, soldOut, tabs } from './surprises.mjs';
import { DEVICES, PATIENCE, visitor } from './visitor.mjs';

const [address, vault, folder] = process.argv.slice(2);
const { hostname, origin } = new URL(vault);
const browser = await launch([new URL(address).hostname, hostname], PATIENCE);
const shop = new Shop(address, vault);

// Lets a buyer walk; one who pays by card asks the vault, others nobody.
async function visit(device, walk, { paysByCard = true, expected = [] } = {}) {
  const buyer = await visitor({ browser, address, folder }, device, DEVICES[device], expected);
  await walk(buyer, shop);
  if (paysByCard) buyer.leftWith(origin);
  else buyer.left([]);
  await buyer.context.close();
}

try {
  for (const device of Object.keys(DEVICES)) {
    await visit(device, partly);
    await visit(device, wholly, { paysByCard: false });
  }
  await visit('desktop', tabs);
  // What cannot be bought as it is, is told with 409.
  await visit('phone', soldOut, { expected: [409] });
  await visit('phone', repriced);
  open();
  await visit('phone', german);
  await visit('desktop', yen, { paysByCard: false });
} finally {
  await browser.close();
}
