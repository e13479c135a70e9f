// Buyers elsewhere: in German for euros to the end, and a page in yen.

import assert from 'node:assert/strict';

import { bring } from './operator.mjs';
import { GOOD, WORDS, card, confirmation, deliverTo, look, toPayment } from './steps.mjs';

const MARKETS = [
  { handle: 'germany', name: 'Germany', countries: ['DE'], currency: 'EUR', rate: '0.92', rounding: '0.05' },
  { handle: 'japan', name: 'Japan', countries: ['JP'], currency: 'JPY', rate: '155', rounding: '10' },
  { handle: 'world', name: 'Everywhere else', countries: ['*'] },
];
const HOME = {
  email: 'emmy@example.com',
  first: 'Emmy',
  last: 'Nöther',
  street: 'Mühlweg 12',
  zip: '91054',
  city: 'Erlangen',
};
// 28.00 USD and 29.00 USD.
const GOODS = ['harbor-pocket-tee', 'riverbend-bottle'];

// Sells in other currencies elsewhere, from now on.
export function open() {
  bring('shop.json', JSON.stringify({ markets: MARKETS }));
}

export async function german(visitor, shop) {
  const { page } = visitor;
  const words = WORDS.de;
  await page.goto(await shop.fill(GOODS, '@inContext(language: DE, country: DE)'));
  // 25.76 and 26.68, in steps of 0.05.
  await look(visitor, 'german-information', ['Angaben', 'Lieferadresse', '25,75\u{a0}€', '26,70\u{a0}€'], true);
  await deliverTo(page, HOME, words);
  await look(visitor, 'german-delivery', ['Wie soll geliefert werden?', '23,00\u{a0}€', 'Mühlweg 12', 'Deutschland'], true);
  await toPayment(page, words);
  await page.frameLocator('iframe').getByLabel(words.number).waitFor();
  await look(visitor, 'german-payment', ['Kartendaten', 'Dieselbe wie die Lieferadresse', '75,45\u{a0}€'], true);
  await card(page, GOOD, words);
  await look(visitor, 'german-review', ['Prüfen und bezahlen', 'Bezahlt mit', 'Du zahlst einmal'], true);
  await page.getByRole('button', { name: '75,45\u{a0}€ jetzt zahlen' }).click();
  await page.waitForURL('**/thank-you');
  await look(visitor, 'german-thanks', ['Vielen Dank!', '75,45\u{a0}€', 'Geht nach'], true);
  assert.equal(await page.locator('html').getAttribute('lang'), 'de');
  const [number] = /#\d+/.exec(await page.locator('main').innerText());
  await page.getByRole('link', { name: 'Stand der Bestellung ansehen' }).click();
  await look(visitor, 'german-status', [`Bestellung ${number}`, 'Zahlung: bezahlt', '75,45\u{a0}€'], true);
  const mail = await confirmation(visitor, shop.address, number, 'german');
  for (const title of ['Harbor Pocket Tee', 'Riverbend Bottle']) assert.ok(mail.includes(title), mail);
}

// A currency without smaller units.
export async function yen(visitor, shop) {
  const { page } = visitor;
  await page.goto(await shop.fill(GOODS, '@inContext(country: JP)'));
  // 4,340 and 4,495, in steps of 10.
  await look(visitor, 'yen', ['Information', '¥4,340', '¥4,500', '¥8,840'], true);
  await page.waitForLoadState();
  const amounts = (await page.locator('aside').innerText()).match(/¥\S+/g);
  assert.deepEqual([...new Set(amounts)], ['¥4,340', '¥4,500', '¥8,840']);
}
