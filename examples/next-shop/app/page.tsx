import { PRODUCT } from "../src/orders.ts";
import { rupiah } from "../src/rupiah.ts";
import { buy } from "./actions.ts";

export default function ProductPage() {
  return (
    <>
      <h1>{PRODUCT.product}</h1>
      <p>{rupiah(PRODUCT.price)}</p>
      <form action={buy}>
        <button type="submit">Buy</button>
      </form>
    </>
  );
}
