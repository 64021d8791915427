-- Friend-request ids start at 1,000,000,001, so that none is ever an account's id.
INSERT INTO `sqlite_sequence` (`name`, `seq`) VALUES ('friend_requests', 1000000000);
