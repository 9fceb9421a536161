/**
 * Defines `<journey-form>` under another name.
 *
 * @module
 */
/**
 * Defines the element. Does nothing when an element has that name already, or where there are no custom
 * elements, as in Node.
 *
 * @param name default: `journey-form`
 */
export function define(name?: string): void;
