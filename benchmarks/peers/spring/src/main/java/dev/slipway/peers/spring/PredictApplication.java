package dev.slipway.peers.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The model service that a team would write by itself: Spring MVC on Tomcat, Jackson, ONNX Runtime. */
@SpringBootApplication
public class PredictApplication {
    public static void main(String[] arguments) {
        SpringApplication.run(PredictApplication.class, arguments);
    }
}
