import { el } from './dom.js';
import { text } from './parts.js';

/** How long a result is announced, in milliseconds. */
const SHOWN_MS = 5000;

/** Fields in which something can be entered at once. */
const FIELDS = ':is(input:not([hidden], [type="checkbox"]), select, textarea):not([hidden] *)';

/** What the element shows, below its header and above its footer. */
export class View {
  #host;
  #alert = el('div', { className: 'jf-alert', role: 'alert', tabIndex: -1 });
  #content = el('div');
  #status = el('p', { className: 'jf-status', role: 'status' });
  /** @type {number | undefined} */
  #forgetting;

  /** @param {HTMLElement} host */
  constructor(host) {
    this.#host = host;
    const view = el('div', 'jf-view', this.#alert, this.#content, this.#status);
    host.insertBefore(view, host.querySelector(':scope > [slot="footer"]'));
  }

  /**
   * Shows something else; the alert of before goes. The focus moves along, if it was here: to the first field
   * that was refused, else to the first that is empty: with the user name kept, that is the next one. A step
   * that has something to read before it is answered is read from its heading on.
   *
   * @param {...Node} nodes
   */
  show(...nodes) {
    const hasFocus = this.#hasFocus();
    this.#alert.replaceChildren();
    this.#content.replaceChildren(...nodes);
    if (!hasFocus) return;
    const fields = [.../** @type {NodeListOf<any>} */ (this.#content.querySelectorAll(FIELDS))];
    const first =
      fields.find((field) => field.getAttribute('aria-invalid')) ??
      fields.find(({ value }) => !value) ??
      fields.find(({ type, checked }) => type !== 'radio' || checked) ??
      this.#content.querySelector('[tabindex="-1"]');
    first?.focus();
  }

  /** Shows a text alone. @param {string} content */
  showText(content) {
    const node = text(content);
    node.tabIndex = -1;
    this.show(node);
  }

  /**
   * Says what went wrong, and moves the focus there; without a title that nothing did.
   *
   * @param {string} [title]
   * @param {string[]} [details]
   * @param {string} [code]
   * @param {Node} [retry]
   */
  showAlert(title, details = [], code, retry) {
    this.announce('');
    this.#alert.replaceChildren(
      ...(title ? [el('strong', '', title)] : []),
      ...details.map((detail) => el('p', '', detail)),
      ...(code ? [el('code', '', code)] : []),
      ...(retry ? [retry] : []),
    );
    if (title && this.#hasFocus()) this.#alert.focus();
  }

  /**
   * Says a result for a while, to eyes and screen readers, without moving the focus.
   *
   * @param {string} content
   */
  announce(content) {
    clearTimeout(this.#forgetting);
    this.#status.textContent = content;
    if (content) this.#forgetting = setTimeout(() => this.announce(''), SHOWN_MS);
  }

  /** Whether the focus may be moved: it is in the element, or nowhere. */
  #hasFocus() {
    const { activeElement, body } = document;
    return !activeElement || activeElement === body || this.#host.contains(activeElement);
  }
}
