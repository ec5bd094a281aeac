// Each new query begins at its top, however far down the films of the one before were read.

const HEADER = "4.5rem"; // of Streamlit, which lies over the page

let shown = "";

export default function ({ data }) {
  const top = document.querySelector(".st-key-blind_query");
  if (top && shown && shown !== data.query) {
    top.style.scrollMarginTop = HEADER;
    top.scrollIntoView({ block: "start" });
  }
  shown = data.query;
}
