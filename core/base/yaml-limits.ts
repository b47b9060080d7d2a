/** How deep a document may nest, whether it is written so or by what its aliases stand for. */
export const depthLimit = 1_000;

/** Most nodes the aliases of one document may expand to; past it the document is refused (security case 9). */
export const aliasNodeLimit = 50_000;

/** What is said of a document that is past them. */
export const nestsTooDeeply = "the document nests too deeply";
export const expandsTooMuch = "the document's aliases expand to too much";
