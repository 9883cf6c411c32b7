// The key of this browser's conversation is filled in, so that nobody has to look for it.
const field = document.querySelector("#proof");
try {
  const session = JSON.parse(localStorage.getItem("seedwarden-chat"));
  if (field && !field.value && session?.token) field.value = session.token;
} catch {
  // Storage is forbidden here: the field stays empty and can be filled by hand.
}
