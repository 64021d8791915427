// What the other nouns, the routes and the live side may use of media.
export { media } from './lifecycle'
export {
  discardPicture,
  discardPictures,
  findPicture,
  type NextAvatar,
  readPicture,
  releaseAvatar,
  removePicturesOf,
  saveAvatar,
  savePicture,
  showAvatar,
} from './media'
export { judgePicture, type Picture } from './pictures/judge'
