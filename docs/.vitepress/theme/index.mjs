// The default theme with the fonts of the reader's system, so that no page loads any.
import theme from "vitepress/theme-without-fonts";
import { h } from "vue";
import "./style.css";

const notFound = () =>
  h("main", { class: "not-found" }, [
    h("h1", "There is no such page"),
    h("p", [h("a", { href: "/" }, "All pages"), " · ", h("a", { href: "/id/start" }, "Bahasa Indonesia")]),
  ]);

export default { ...theme, Layout: () => h(theme.Layout, null, { "not-found": notFound }) };
