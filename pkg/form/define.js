import { JourneyForm } from './element.js';

/**
 * Defines the element, unless something has that name already, or there are no elements, as in Node.
 *
 * @param {string} [name]
 */
export function define(name = 'journey-form') {
  const { customElements } = globalThis;
  if (!customElements || customElements.get(name)) return;
  // A class can have one name only.
  customElements.define(name, class extends JourneyForm {});
}
