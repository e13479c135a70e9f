// Visits a running demo shop in a real Chromium, as a newcomer does: node walk.mjs ADDRESS VAULT FOLDER
//
// ADDRESS is the shop's, VAULT the card vault's; pictures of what was seen go into FOLDER. Every example of
// GraphiQL is run in its order, up to a paid order, whose page and mail are then read; a second order is paid
// with a card whose bank asks, and more in the hosted checkout, with a script and without. Chromium may reach
// nobody but these two, and whatever it complains about fails the walk.

import { checkouts, inGerman } from './checkout.mjs';
import { launch } from './chromium.mjs';
import { examples, outOfOrder } from './examples.mjs';
import { bank, pages } from './pages.mjs';
import { Shop } from './shop.mjs';
import { DEVICES, PATIENCE, visitor } from './visitor.mjs';

const [address, vault, folder] = process.argv.slice(2);

const { hostname } = new URL(address);
const browser = await launch([hostname, new URL(vault).hostname], PATIENCE);
const place = { browser, address, folder };
const { desktop: DESKTOP, phone: PHONE } = DEVICES;
const shop = new Shop(address, vault);
try {
  const newcomer = await visitor(place, 'desktop', DESKTOP);
  const bought = await examples(newcomer, address, vault);
  newcomer.left([`POST ${vault}`]);

  const hasty = await visitor(place, 'desktop', DESKTOP);
  await outOfOrder(hasty, address);
  hasty.left([]);

  for (const [device, options] of Object.entries(DEVICES)) {
    const reader = await visitor(place, device, options);
    await pages(reader, shop, bought);
    reader.left([]);
  }

  const buyer = await visitor(place, 'phone', PHONE);
  const asked = await bank(buyer, shop);
  buyer.left([`GET ${asked}`, `POST ${asked}`]);

  const vaultOrigin = new URL(vault).origin;
  await checkouts(async (device, how, walk) => {
    const options = { ...DEVICES[device], javaScriptEnabled: how.isScripted };
    const name = how.isScripted ? device : `${device}-plain`;
    // A form that is not right comes back with 422.
    const walker = await visitor(place, name, options, [422]);
    await walk(walker, how);
    walker.leftWith(vaultOrigin);
  }, shop);
  const german = await visitor(place, 'phone', PHONE);
  await inGerman(german, shop);
  german.left([]);
} finally {
  await browser.close();
}
