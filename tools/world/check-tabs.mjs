export async function checkTabs() {}
