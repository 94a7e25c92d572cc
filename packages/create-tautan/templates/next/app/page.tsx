import { GATEWAYS } from "../src/gateways.ts";

export default function Shop() {
  return (
    <>
      <h1>Concert, day 1</h1>
      <p>Rp 190.000</p>
      {GATEWAYS.map((gateway) => (
        <form key={gateway} method="post" action={`/orders?gateway=${gateway}`}>
          <button>{GATEWAYS.length === 1 ? "Buy a ticket" : `Buy a ticket with ${gateway}`}</button>
        </form>
      ))}
    </>
  );
}
