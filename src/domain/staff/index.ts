// What the other nouns, the routes and the live side may use of staff.
export { editAccount, getAccount, listAccounts } from './administration'
export { getGroup, type Group, listGroups } from './groups'
export { dropJob, jobFigures, type JobFigures, type JobRecord, listJobs, retryJob } from './jobs'
export { staff } from './lifecycle'
