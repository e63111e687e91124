import { make, onLanguage, text } from './texts.js';

const scenarios = ['answered', 'missed', 'busy', 'declined', 'two', 'queue', 'transfer', 'withheld', 'special'];
const outcomes = { answered: 'clickAnswered', busy: 'clickBusy', declined: 'clickDeclined' };

const find = (id) => document.getElementById(id);

/** The people of the demo and everything that can be pressed. */
export function showOffice({ agents, customers }, { call, click, chooseAgent }) {
  for (const agent of agents) find('agents').append(agentChoice(agent, chooseAgent));
  for (const customer of customers) find('caller').append(option(customer));
  for (const name of scenarios) find('scenarios').append(scenarioButton(name, call));
  for (const name of Object.keys(outcomes)) find('outcomes').append(outcomeChoice(name));
  for (const customer of customers) find('customers').append(customerItem(customer, click));
}

function radio(name, value, checked) {
  const input = make('input');
  Object.assign(input, { type: 'radio', name, value, checked });
  return input;
}

function agentChoice({ extension, name }, chooseAgent) {
  const label = make('label');
  const input = radio('agent', extension, extension === '101');
  input.addEventListener('change', () => chooseAgent(extension));
  const caption = make('span', '', extension);
  caption.append(make('small', '', name));
  label.append(input, caption);
  return label;
}

function option({ id, name }) {
  const element = make('option', '', name);
  element.value = String(id);
  return element;
}

function scenarioButton(name, call) {
  const button = make('button', name === 'answered' ? 'main' : '');
  button.type = 'button';
  button.dataset.scenario = name;
  button.addEventListener('click', () => call(name, Number(find('caller').value)));
  onLanguage(() => {
    button.textContent = text(name);
  });
  return button;
}

function outcomeChoice(name) {
  const label = make('label');
  const caption = make('span');
  label.append(radio('outcome', name, name === 'answered'), caption);
  onLanguage(() => {
    caption.textContent = text(outcomes[name]);
  });
  return label;
}

function customerItem(customer, click) {
  const item = make('li');
  const button = make('button', 'phone', customer.number);
  button.type = 'button';
  button.addEventListener('click', () => {
    void click(document.querySelector('[name=outcome]:checked').value, customer);
  });
  onLanguage(() => {
    const label = text('dial').replace('{name}', customer.name).replace('{number}', customer.number);
    button.setAttribute('aria-label', label);
    button.title = label;
  });
  item.append(
    make('strong', 'customer-name', customer.name),
    button,
    make('span', 'customer-company', customer.company),
  );
  return item;
}
