-- The three groups that contract E's clients know by these ids.
INSERT INTO `groups` (`id`, `name`) VALUES (1, 'Administrators'), (2, 'Staff'), (3, 'Parents');
