import { render } from "preact";
import { App } from "./components/App";
import { start } from "./state/app";
import "./styles/index.css";

start();
const root = document.getElementById("app");
if (root) render(<App />, root);
