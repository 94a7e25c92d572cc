import Link from "next/link";
import type { ReactNode } from "react";
import "./style.css";

export const metadata = { title: "Gayo coffee" };

export default function Layout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <nav>
          <Link href="/">Shop</Link>
          {/* In a real shop, for the merchant only. */}
          <Link href="/orders" prefetch={false}>
            Orders
          </Link>
        </nav>
        <main>{children}</main>
      </body>
    </html>
  );
}
