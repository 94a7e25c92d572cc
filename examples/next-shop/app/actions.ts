"use server";

import { randomUUID } from "node:crypto";
import { idr } from "@tautan/core";
import { redirect } from "next/navigation";
import { addOrder, PRODUCT } from "../src/orders.ts";
import { shop } from "../src/shop.ts";

/** Makes an order and its link, and sends the payer to the pay page. */
export const buy = async (): Promise<void> => {
  const { ledger, pool, url } = shop();
  const reference = `INV-${randomUUID().slice(0, 8)}`;
  // First, so that no payment arrives for an order that does not exist.
  await addOrder(pool, { reference, ...PRODUCT });
  const created = await ledger.create({
    reference,
    title: PRODUCT.product,
    amount: idr(PRODUCT.price),
    redirect: { url: `${url}/thanks?reference=${reference}` },
  });
  if (created.isOk()) redirect(created.value.url);
  console.error(created.error.message, created.error.hint);
  redirect("/sorry");
};
