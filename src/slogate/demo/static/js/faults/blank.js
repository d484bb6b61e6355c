// The fault `blank-page`: an application that starts, finds no route, and puts nothing in its root. No error is thrown or logged.

const routes = {};
const view = routes[location.pathname];
document.querySelector("#root").replaceChildren(...(view ? [view()] : []));
