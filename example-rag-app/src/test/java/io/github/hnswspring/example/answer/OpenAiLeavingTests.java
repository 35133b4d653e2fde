package io.github.hnswspring.example.answer;

import org.springframework.test.context.ActiveProfiles;

/** With the profile {@code openai}. */
@ActiveProfiles("openai")
class OpenAiLeavingTests extends LeavingClients {

}
