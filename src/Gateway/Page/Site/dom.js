// Elements without HTML in texts: whatever a stranger wrote stays text.

/**
 * Makes an element.
 * @param {string} name Of the tag, with classes after dots: `p.small`.
 * @param {object} [attributes] Those that begin with `on` are listeners; null and false are left out.
 * @param {...(Node | string | null)} children
 */
export function el(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split('.');
  return fill(document.createElement(tag), classes, attributes, children);
}

/** The same for SVG. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', name), [], attributes, children);
}

function fill(element, classes, attributes, children) {
  if (classes.length > 0) element.classList.add(...classes);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Sets a text, and touches the page only where it is another one. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** An id, short enough to read: its first eight digits. */
export const short = (id) => id.slice(0, 8);

/** A link to the page of a c-node, a job or an epoch. */
export const linkTo = (kind, id) => el('a.id', { href: `#/${kind}/${id}`, title: String(id) }, typeof id === 'string' ? short(id) : String(id));

const plain = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** A number for people: with a digit after the point where it is small. */
export const shown = (number) => (Number.isInteger(number) || number >= 100 ? plain : fine).format(number);
