// The Chromium of this machine.

import assert from 'node:assert/strict';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

// Debian's, Ubuntu's, or Google's own.
function findBrowser() {
  const runs = (path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  };
  const folders = process.env.PATH.split(':');
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const found = names.flatMap((name) => folders.map((path) => join(path, name))).find(runs);
  assert.ok(found, 'there is no Chromium; bin/test installs one');
  return found;
}

// Starts it. It reaches these hosts and nobody else.
export function launch(hosts, patience) {
  const rules = hosts.map((host) => `EXCLUDE ${host}`).join(', ');
  return chromium.launch({
    executablePath: findBrowser(),
    timeout: patience,
    args: [`--host-resolver-rules=MAP * ~NOTFOUND, ${rules}`],
  });
}
