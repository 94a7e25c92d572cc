import type { ReactNode } from "react";

export const metadata = { title: "Concert, day 1" };

export default function Layout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en">
      <body style={{ font: "1.1rem/1.6 system-ui, sans-serif", maxWidth: "34rem", margin: "4rem auto" }}>
        {children}
      </body>
    </html>
  );
}
