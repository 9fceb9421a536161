import { el, fill } from '../dom.js';
import { checkbox, dropDown, field, group, hint, textField } from '../parts.js';

const OWN = 'own';

/**
 * @typedef {import('../../form.js').RenderContext} Context
 * @typedef {import('../../form.js').FormField<any>} Field
 */

/**
 * A security question: one of AM's, or the user's own.
 *
 * @param {import('../../index.js').KbaCreateCallback} callback
 * @param {Context} context
 * @returns {Field}
 */
export function kba(callback, { id, messages }) {
  const questions = callback.getPredefinedQuestions() ?? [];
  const isOwnAllowed = callback.isAllowedUserDefinedQuestions() || !questions.length;
  const select = dropDown(`${id}-question`, [
    ['', messages.chooseQuestion],
    ...questions.entries(),
    .../** @type {[string, string][]} */ (isOwnAllowed ? [[OWN, messages.ownQuestion]] : []),
  ]);
  const own = textField({ id: `${id}-own`, autocomplete: 'off' });
  const ownField = field(own, messages.yourQuestion);
  const answer = textField({ id: `${id}-answer`, autocomplete: 'off', required: true });
  const selectField = field(select, messages.question);
  const showOwn = () => {
    own.required = select.value === OWN;
    ownField.hidden = !own.required;
  };
  select.required = true;
  select.onchange = showOwn;
  selectField.hidden = !questions.length;
  if (!questions.length) select.value = OWN;
  showOwn();
  return {
    heading: messages.securityQuestions,
    nodes: [
      group(
        callback.getPrompt() || messages.securityQuestions,
        selectField,
        ownField,
        field(answer, messages.answer),
      ),
    ],
    write(to) {
      to.setQuestion(own.required ? own.value : questions[Number(select.value)]);
      to.setAnswer(answer.value);
    },
  };
}

/**
 * @param {import('../../index.js').TermsAndConditionsCallback} callback
 * @param {Context} context
 * @returns {Field}
 */
export function terms(callback, { id, messages, rich, locale }) {
  const props = {
    className: 'jf-terms',
    // By keyboard it scrolls only when focused.
    tabIndex: 0,
    role: 'region',
    'aria-label': messages.terms,
  };
  const { box, node } = checkbox({ id, required: true }, messages.acceptTerms);
  const version = callback.getVersion();
  const date = callback.getCreateDate()?.toLocaleDateString(locale, { dateStyle: 'long' });
  const made = [version && fill(messages.version, { version }), date].filter(Boolean).join(', ');
  return {
    heading: messages.terms,
    nodes: [el('div', props, ...rich(callback.getTerms())), ...(made ? [hint(made)] : []), node],
    write: (to) => to.setAccepted(box.checked),
  };
}
