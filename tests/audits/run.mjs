// Runs every audit of graphql-http against the address it is given: one line for each that is not
// passed, the count at the end.
import { serverAudits } from "graphql-http";

const url = process.argv[2];
const audits = serverAudits({ url });
let passed = 0;
for (const audit of audits) {
  const result = await audit.fn();
  if (result.status === "ok") passed += 1;
  else console.log(`${result.status}: ${audit.name}: ${result.reason}`);
}
console.log(`${passed} of ${audits.length} audits passed`);
