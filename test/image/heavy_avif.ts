const BASE64 = [
  "AAAAHGZ0eXBhdmlmAAAAAG1pZjFhdmlmbWlhZgAAANZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAA",
  "AAAAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAAA+gABAAAAAAAAA34AAAAjaWluZgAAAAAAAQAAABVpbmZlAgAA",
  "AAABAABhdjAxAAAAAA5waXRtAAAAAAABAAAAVmlwcnAAAAA4aXBjbwAAAAxhdjFDgT8CAAAAABRpc3BlAAAAAAAA",
  "H0AAAB9AAAAAEHBpeGkAAAAAAwgICAAAABZpcG1hAAAAAAAAAAEAAQOBAgMAAAOGbWRhdBIACgo/8z5/8/aQENBp",
  "Mu0GEJiExcnTTTTCxsCAAG7Pyir3GXn2qwIDAII8dikjS8Vn4wNs1V9ZsRibdZJK01OpV+lsBlcUE+gPR9wYvJJR",
  "+yWPKbNpCz9hVSQYTKMXz6hsdZpe/yFNz6irc9ts0nGuFJMcTZl/EBxZ9lk4oS3flKxV90bRrXv7Jv645IZvz8pE",
  "Y/yA6zwHmV2svBlOOv3tIU9gGAljlJ1HcbZ0WYk3gYPsCGlr/wqYITOpGR8sozwAZBLjwTOGQebEoRLDxaiI1Xdm",
  "rWmIWQExNtsL9hNlQrKYHi6nryoJGVQp93ZikmSak25L2UAwawqkmu6GIG7PykRj/IDrPAeZXay8GUGe2RY8XZiW",
  "RnBUwmS/HqmqlcQJEzkRx7jwcVOkrxacyE3Dmw0I/s6gw8h+Kq9KOFN113ylfOWesXJV8eXZYt3PTd1jjbRed3/u",
  "btRB4vszbsrADp/sG+2lDmH82CKU+PJmz8pEViX8a/3Zvr8dJxu2dLDiV6N+Ed2z5Jea3FVjzGG4KM3r/QAUkvzT",
  "7iWx3FW7zdC4x0DHRy1vrZERHDF71PWtewSXJifQA68BVuxGUoyLsfOLhrkyhxZgGuOtHRw/NfN5TCilcG7PykRj",
  "/IDrPAeZXay8GUGe2RY8XZiWRnBUwmS/HqmqlcQJEzkRx7jwcVOkrxacyE3Dmw0I/s6gw8h+Kq9KOFN113ylfOWe",
  "sXJV8eXZYt3PTd1jjbRed3/ubtRB4vszbsrADp/sG+2lDmH82CKU+PJmz8pEViX8a/3Zvr8dJxu2dLDiV6N+Ed2z",
  "5Jea3FVjzGG4KM3r/QAUkvzT7iWx3FW7zdC4x0DHRy1vrZERHDF71PWtewSXJifQA68BVuxGUoyLsfOLhrkyhxZg",
  "GuOtHRw/NfN5TCilcGrPykRj/IDrPAeZXay8GUGe2RY8XZiWRnBUwmS/HqmqlcQJEzkRx7jwcVOkrxacyE3Dmw0I",
  "/s6gw8h+Kq9KOFN113ylfOWesXJV8eXZYt3PTd1jjbRed3/ubtRB4vszbsrADp/sG+2lDmH81M/KRFYl/Gv92b6/",
  "HScbtnSw4lejfhHds+SXmtxVY8xhuCjN6/0AFJL80+4lsdxVu83QuMdAx0ctb62RERwxe9T1rXsElyYn0AOvAVbs",
  "RlKMi7Hzi4a5MocWYBrjrR0cPzXzeA==",
];

/**
 * A valid AVIF of 1,144 bytes that is within the default limits: 8000 × 8000 pixels of one colour. It
 * takes seconds to decode and above a gigabyte of memory. sharp wrote it, at quality 30 and effort 0.
 */
export const heavyAvif: Uint8Array<ArrayBuffer> = Uint8Array.from(
  atob(BASE64.join("")),
  (character) => character.charCodeAt(0),
);
